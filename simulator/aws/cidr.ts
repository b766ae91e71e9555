/** IPv4 ranges as numbers: the same in every cloud. */
export { address, contains, overlaps, parseRange, privateRanges, type Range } from "../cloud/cidr";
