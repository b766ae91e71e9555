/**
 * A simulated cloud account: every resource in one file, so that the cloud outlives each process that talks to it, a
 * killed one too. Written whole at every change, by rename, so that it is never half.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Properties } from "../provider";
import type { CloudRecord, Inventory } from "./behaviour";

/** A deleted resource whose name is not free yet. */
export interface Retired {
  type: string;
  inputs: Properties;
  /** Milliseconds since 1970; null: for ever. */
  until: number | null;
  /** The cloud's error for whoever wants the name. */
  taken: string;
}

export class Store implements Inventory {
  private readonly records: CloudRecord[];
  private readonly gone: Retired[];

  /** @param file JSON; an account without one is empty. */
  constructor(private readonly file: string) {
    this.records = read<CloudRecord>(file);
    this.gone = read<Retired>(this.retiredFile);
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

  /** Keeps the name of a deleted resource taken: in a file of its own, as it is nothing that the account still has. */
  retire(retired: Retired): void {
    this.gone.push(retired);
    write(this.retiredFile, this.gone);
  }

  retired(type: string): Retired[] {
    return this.gone.filter((one) => one.type === type && (one.until === null || one.until > Date.now()));
  }

  private get retiredFile(): string {
    return this.file.replace(/(\.json)?$/, ".retired.json");
  }

  private write(): void {
    write(this.file, this.records);
  }
}

function read<Item>(file: string): Item[] {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Item[]) : [];
}

function write(file: string, items: unknown[]): void {
  const temporary = `${file}.new`;
  writeFileSync(temporary, JSON.stringify(items, null, 1), { mode: 0o600 });
  renameSync(temporary, file);
}
