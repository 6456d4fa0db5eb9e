import type { Member, Service, Table } from "../work.js";

/** The memory of the largest process, MiB; undefined when it is not measured. */
export type Memory = number | undefined;

/** A way to put a table of virtual services into the kernel of a machine. */
export interface Baseline {
  name: string;
  /** The most members of a table for it: larger tables would take too long. */
  maxMembers: number;
  /** Preparation that is not measured; called once. */
  prepare?(): Promise<void>;
  /** Preparation that is not measured, before each table. */
  begin?(): Promise<void>;
  /** Creates the table in an empty kernel. */
  create(table: Table): Promise<Memory>;
  /** Says what that change would be. Undefined when the baseline has no such notion. */
  preview?(table: Table): Promise<Memory>;
  /** Changes the weight of one member. `table` is the whole table with the new weight. */
  change(table: Table, service: Service, member: Member): Promise<Memory>;
  /** Runs again without a change. Undefined when the baseline has no such notion. */
  again?(table: Table): Promise<Memory>;
  destroy(table: Table): Promise<Memory>;
}
