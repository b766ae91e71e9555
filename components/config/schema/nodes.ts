import { z } from "zod";
import { neutralSizes } from "../../instances";
import { filled, key, whole } from "./key";

const sizes = neutralSizes.map(({ vcpu, memoryGiB }) => `${vcpu}×${memoryGiB}`).join(", ");

// EKS holds at most 450 nodes in a managed node group: https://docs.aws.amazon.com/general/latest/gr/eks.html
const count = () => whole(1, 450);

export const nodes = z.strictObject({
  vcpu: key(whole(1, 1024).optional(), {
    description: "Virtual CPUs of one node.",
    allowed: `with memoryGiB one of ${sizes}`,
    example: 4,
  }),
  memoryGiB: key(whole(1, 32768).optional(), {
    description: "Memory of one node in GiB.",
    allowed: "see vcpu",
    example: 16,
  }),
  min: key(count().optional(), { description: "Fewest nodes of the general pool, over all zones.", example: 3 }),
  max: key(count().optional(), { description: "Most nodes of the general pool, over all zones.", example: 9 }),
  zones: key(
    z
      .array(filled())
      .min(1, "is empty; name one to three zones, or leave the key out")
      .max(3, "has more than three zones; one to three are allowed")
      .optional(),
    {
      description: "Zones that the nodes are spread over, by the cloud's own names.",
      allowed: "one to three zones of the region; on aws two or three",
      default: "the region's first ones: two in dev, three elsewhere",
      example: ["eu-west-1a", "eu-west-1b"],
    },
  ),
  spot: key(z.boolean().optional(), {
    description: "Adds a second pool of spot capacity, tainted `platform/spot=true:PreferNoSchedule`.",
    example: true,
  }),
  instanceType: key(filled().optional(), {
    description: "The cloud's own instance type, in place of the neutral size.",
    allowed: "one that is not in components/instances.ts needs vcpu and memoryGiB beside it",
    default: "the one for vcpu and memoryGiB",
    example: "m7i.xlarge",
  }),
  registries: key(z.array(filled()).optional(), {
    description: "Container registries that the nodes may pull images from.",
    allowed:
      "resource ids of Azure Container Registries, on azure; the nodes of aws and gcp may pull from their account's",
    default: "none",
    example: [
      "/subscriptions/0e1f2a3b-4c5d-6e7f-8091-a2b3c4d5e6f7/resourceGroups/shared/providers/Microsoft.ContainerRegistry/registries/example",
    ],
  }),
});
