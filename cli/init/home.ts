/** Where the state of a cloud's stacks is kept, and what encrypts their secrets: names follow from the account alone. */
import type { Piece } from "./piece";

/** Days that what has been overwritten or deleted in the state stays to be brought back. */
export const keptDays = 90;

export interface Part {
  /** As Pulumi takes it: `s3://…`, `awskms://…`. */
  url: string;
  pieces: Piece[];
}

export interface StateHome {
  /** Whose account it is, and who is logged in. */
  identity: string;
  bucket: Part;
  key: Part;
}
