/** The place of a property in data: ["services", 12, "realServers", 3, "weight"]. */
export type Path = (string | number)[];

/** A table as it was read, not checked yet. */
export interface TableData {
  data: unknown;
  /** Problems of the file itself; each says where. */
  problems: string[];
  /** Says where a property stands: "services[12].port", "table.csv line 17: port". */
  at: (path: Path) => string;
}
