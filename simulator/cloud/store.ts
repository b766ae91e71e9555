/**
 * A simulated cloud account: every resource in one file, so that the cloud outlives each process that talks to it, a
 * killed one too. Written whole at every change, by rename, so that it is never half.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { CloudRecord, Inventory } from "./behaviour";

export class Store implements Inventory {
  private readonly records: CloudRecord[];

  /** @param file JSON; an account without one is empty. */
  constructor(private readonly file: string) {
    this.records = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as CloudRecord[]) : [];
  }

  get(type: string, id: string): CloudRecord | undefined {
    return this.records.find((record) => record.type === type && record.id === id);
  }

  list(type: string): CloudRecord[] {
    return this.records.filter((record) => record.type === type);
  }

  all(): CloudRecord[] {
    return [...this.records];
  }

  /** Adds the record, or puts it in the place of the one with its type and id. */
  put(record: CloudRecord): void {
    const index = this.records.findIndex(({ type, id }) => type === record.type && id === record.id);
    if (index < 0) this.records.push(record);
    else this.records[index] = record;
    this.write();
  }

  remove(type: string, id: string): void {
    const index = this.records.findIndex((record) => record.type === type && record.id === id);
    if (index >= 0) this.records.splice(index, 1);
    this.write();
  }

  private write(): void {
    const temporary = `${this.file}.new`;
    writeFileSync(temporary, JSON.stringify(this.records, null, 1), { mode: 0o600 });
    renameSync(temporary, this.file);
  }
}
