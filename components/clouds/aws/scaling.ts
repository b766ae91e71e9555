/** How many nodes a group is asked to have, beside an autoscaler that moves that number all the time. */

import type { Bounds } from "../spread";

/** What EKS calls a scaling configuration: the bounds, and the number of nodes that is wanted now. */
export interface Scaling extends Bounds {
  desiredSize: number;
}

export interface ScalingDecision {
  scalingConfig: Scaling;
  /** True: the number of nodes is the autoscaler's, and whatever it has made of it is no change of the program's. */
  autoscaled: boolean;
}

/**
 * The number of nodes is the autoscaler's as long as the bounds stay what they are. A change of the bounds is sent with
 * the number beside it (https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/eks/node_group.go:
 * `resourceNodeGroupUpdate` sends the scaling configuration as a whole where a part of it has changed, and leaves it out
 * where only labels, taints or tags have). So the number has to be the live one then, moved into the new bounds: the
 * one that Pulumi remembers is older than what the autoscaler did, would shrink a busy group, and is refused where it
 * is under a raised minimum ("Minimum capacity 3 can't be greater than desired size 2").
 *
 * @param wanted the group's bounds by the configuration
 * @param live what the group has; empty where it is not there yet; several while an interrupted replacement has left
 *   the old group beside the new one
 */
export function decideScaling(wanted: Bounds, live: Scaling[]): ScalingDecision {
  const running = Math.max(wanted.minSize, ...live.map(({ desiredSize }) => desiredSize));
  const settled = live.every(({ minSize, maxSize }) => minSize === wanted.minSize && maxSize === wanted.maxSize);
  return {
    scalingConfig: { ...wanted, desiredSize: Math.min(running, wanted.maxSize) },
    autoscaled: settled && live.length < 2,
  };
}
