import type { Path } from "../args/problems";

/** A table as it was read, not checked yet. */
export interface TableData {
  data: unknown;
  /** Problems of the file itself; each says where. */
  problems: string[];
  /** The place of a property, for messages: "services[12].port", "table.csv line 17: port". */
  at: (path: Path) => string;
}
