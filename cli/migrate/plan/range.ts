/** Ranges of addresses that two networks can be connected with. */
import { formatCidr, overlaps, parseCidr, size, type Cidr } from "../../../components/cidr";
import { privateRanges, takenRanges } from "../../../components/config/ranges";
import type { Cloud } from "../../../components/config/types";

/**
 * The next range of the same length inside the same private space that overlaps neither with the source's network nor
 * with what source or target use for services and pods: connected networks see each other's, too.
 *
 * `10.20.0.0/16` → `10.21.0.0/16`
 *
 * @throws where there is none left.
 */
export function freeRange(source: string, from: Cloud, to: Cloud): string {
  const own = parseCidr(source);
  const space = privateRanges.map(parseCidr).find((one) => one.prefix <= own.prefix && overlaps(one, own)) ?? own;
  const taken = [own, ...[...takenRanges(from), ...takenRanges(to)].map(({ range }) => parseCidr(range))];
  const step = size(own);
  const count = size(space) / step;
  const first = (own.base - space.base) / step;
  for (let next = 1; next < count; next += 1) {
    const range: Cidr = { base: space.base + ((first + next) % count) * step, prefix: own.prefix };
    if (!taken.some((one) => overlaps(one, range))) return formatCidr(range);
  }
  throw new Error(`network.cidr: beside ${source} there is no free range of its length; set one for the target`);
}
