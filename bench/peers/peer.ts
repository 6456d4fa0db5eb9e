import type { Member, Service, Table } from "../work.js";

/** Somebody who can bring a table of virtual services into the kernel of a machine. */
export interface Peer {
  name: string;
  /** The most members in a table that it is given: more would take too long. */
  most: number;
  /** What is not measured; once. */
  prepare?(): Promise<void>;
  /** From an empty table. */
  create(table: Table): Promise<void>;
  /** Another weight of one member; `table` is the whole with it. */
  change(table: Table, service: Service, member: Member): Promise<void>;
  /** The same once more; left out where the peer has no such notion. */
  again?(table: Table): Promise<void>;
  destroy(table: Table): Promise<void>;
}
