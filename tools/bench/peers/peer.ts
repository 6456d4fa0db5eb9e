import type { Member, Service, Table } from "../work.js";

/** What the largest of the processes needed, in MiB, where that is looked at. */
export type Memory = number | undefined;

/** Somebody who can bring a table of virtual services into the kernel of a machine. */
export interface Peer {
  name: string;
  /** The most members in a table that it is given: more would take too long. */
  most: number;
  /** What is not measured; once. */
  prepare?(): Promise<void>;
  /** From an empty table. */
  create(table: Table): Promise<Memory>;
  /** Another weight of one member; `table` is the whole with it. */
  change(table: Table, service: Service, member: Member): Promise<Memory>;
  /** The same once more; left out where the peer has no such notion. */
  again?(table: Table): Promise<Memory>;
  destroy(table: Table): Promise<Memory>;
}
