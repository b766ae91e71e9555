/** Reading a claim's files on one cluster. */
import type { Clients } from "../../../kubernetes";
import { runJob } from "../../job";
import { checksumJob, type ChecksumRequest } from "./job";
import { parseChecksum, type Checksum } from "./script";

/**
 * Nothing of it is left on the cluster, also where it fails.
 * @throws JobError where the files could not all be read in time.
 */
export async function checksum(clients: Clients, request: ChecksumRequest): Promise<Checksum> {
  return parseChecksum(await runJob(clients, checksumJob(request), request.timeoutSeconds));
}
