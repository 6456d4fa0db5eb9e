import { parse } from "csv-parse/sync";
import { wordsOf, type Path } from "../args/problems";
import { checkSchema } from "../keepalived/healthCheck";
import type { TableData } from "./tableData";

/** A line of the file and its cells. */
interface Row {
  line: number;
  cells: string[];
}

/** The columns that identify a service: rows with the same values belong to one. */
const known = ["protocol", "address", "port", "firewallMark", "family"];
/** By column: the property of the service; dots separate nested properties. */
const ofServices = new Map(
  [
    ...known,
    ...["scheduler", "schedulerFlags", "onePacket"],
    ...["persistence.timeout", "persistence.netmask", "persistence.engine"],
    ...[
      "quorum",
      "hysteresis",
      "sorryServer.address",
      "sorryServer.port",
      "sorryServer.forwarding",
    ],
    ...["alpha", "omega"],
  ].map((column) => [column, column]),
);
/** By column: the property of the real server. */
const ofMembers = new Map([
  ["realServer", "address"],
  ["realServerPort", "port"],
  ...["weight", "forwarding", "tunnel.type", "tunnel.port", "tunnel.checksum"].map(same),
  ...["upperThreshold", "lowerThreshold", "inhibitOnFailure"].map(same),
  ...Object.keys(checkSchema.shape).map((property) => same(`check.${property}`)),
]);
const columnOf = new Map([...ofMembers].map(([column, property]) => [property, column]));
const columns = [...ofServices.keys(), ...ofMembers.keys()];
const texts = new Set([
  ...["address", "protocol", "family", "scheduler", "realServer", "forwarding"],
  ...["sorryServer.address", "check.payload", "check.reply", "check.digest", "check.name"],
]);
const booleans = new Set(["onePacket", "alpha", "omega", "inhibitOnFailure", "check.requireReply"]);

/**
 * Parses a CSV file, in which each row is a member. A service's options may be in its first row only, or in each row.
 * Cells are separated by "," or, if the first row has that, by ";". Lines that begin with "#" are comments.
 */
export function readCsv(file: string, text: string): TableData {
  let rows: Row[];
  try {
    rows = rowsOf(text);
  } catch (error) {
    return { data: undefined, problems: [`${file}: ${wordsOf(error)}`], at: () => file };
  }
  const [head, ...others] = rows;
  if (!head) {
    const names = columns.join(", ");
    const why = `${file}: it is empty; its first line must name columns, out of ${names}`;
    return { data: undefined, problems: [why], at: () => file };
  }
  const problems = [...headProblems(head), ...others.flatMap((row) => lengthProblems(head, row))];
  const table = new Services(head.cells);
  for (const row of others) {
    problems.push(...table.add(row));
  }
  return {
    data: { services: table.services },
    problems: problems.map((problem) => `${file} ${problem}`),
    at: (path) => `${file} ${table.at(path)}`,
  };
}

function rowsOf(text: string): Row[] {
  const rows = parse(text, {
    info: true,
    trim: true,
    skip_records_with_empty_values: true,
    comment: "#",
    comment_no_infix: true,
    delimiter: separatorOf(text),
    // So that every row with too few or too many cells is named.
    relax_column_count: true,
  }) as unknown as { record: string[]; info: { lines: number } }[];
  return rows.map(({ record, info }) => ({ line: info.lines, cells: record }));
}

/** The separator of cells: spreadsheets of many countries write ";". No column has either in its name. */
function separatorOf(text: string): string {
  const head = /^(?![ \t]*(?:#|\r?$)).*/m.exec(text)?.[0] ?? "";
  return head.includes(";") && !head.includes(",") ? ";" : ",";
}

function headProblems({ line, cells }: Row): string[] {
  return cells.flatMap((column, i) => [
    ...(columns.includes(column)
      ? []
      : [
          `line ${line}: ${column || "a column without a name"}: no such column; there are ${columns.join(", ")}`,
        ]),
    ...(cells.indexOf(column) < i ? [`line ${line}: ${column}: is there twice`] : []),
  ]);
}

function lengthProblems(head: Row, { line, cells }: Row): string[] {
  return cells.length === head.cells.length
    ? []
    : [`line ${line}: it has ${cells.length} cells, not ${head.cells.length} as the first line`];
}

interface Service extends Record<string, unknown> {
  realServers: object[];
}

/** Collects rows into services, and remembers the line of each value. */
class Services {
  readonly services: Service[] = [];
  private readonly lines: { first: Row; members: number[] }[] = [];
  private readonly byPlace = new Map<string, number>();

  constructor(private readonly names: string[]) {}

  /** @returns Problems where a row contradicts the first row of its service. */
  add(row: Row): string[] {
    const place = known.map((column) => this.cell(row, column)).join(" ");
    const index = this.byPlace.get(place) ?? this.services.length;
    this.byPlace.set(place, index);
    const lines = (this.lines[index] ??= { first: row, members: [] });
    const service = (this.services[index] ??= { ...this.object(row, ofServices), realServers: [] });
    const member = this.object(row, ofMembers);
    if (Object.keys(member).length > 0) {
      service.realServers.push(member);
      lines.members.push(row.line);
    }
    return [...ofServices.keys()].flatMap((column) => {
      const [now, first] = [this.cell(row, column), this.cell(lines.first, column)];
      return now === "" || now === first
        ? []
        : `line ${row.line}: ${column}: ${JSON.stringify(now)} is not what line ${lines.first.line} has for the same service, which is ${JSON.stringify(first)}`;
    });
  }

  /** "line 17: weight" */
  at([, service, property, member, ...rest]: Path): string {
    const lines = typeof service === "number" ? this.lines[service] : undefined;
    if (!lines) {
      return "line 1";
    }
    const ofMember = property === "realServers" && typeof member === "number";
    const line = ofMember ? lines.members[member] : lines.first.line;
    const names = (ofMember ? rest : [property, member, ...rest]).filter(
      (part): part is string => typeof part === "string",
    );
    const name = names.join(".");
    const column = ofMember ? (columnOf.get(name) ?? name) : name;
    return `line ${line}${column === "" || column === "realServers" ? "" : `: ${column}`}`;
  }

  private object(row: Row, properties: Map<string, string>): Record<string, unknown> {
    const made: Record<string, unknown> = {};
    this.names.forEach((column, i) => {
      const [text, property] = [row.cells[i] ?? "", properties.get(column)];
      if (text === "" || property === undefined) {
        return;
      }
      const [outer = "", inner] = property.split(".");
      if (inner === undefined) {
        made[outer] = value(column, text);
      } else {
        made[outer] = { ...(made[outer] as object | undefined), [inner]: value(column, text) };
      }
    });
    return made;
  }

  private cell(row: Row, column: string): string {
    const at = this.names.indexOf(column);
    return at < 0 ? "" : (row.cells[at] ?? "");
  }
}

/**
 * The value of a cell. A text that should be a number stays a text, so the schema refuses it and names what is allowed.
 */
function value(column: string, text: string): unknown {
  if (column === "schedulerFlags") {
    return text.split(/[\s,;|]+/);
  }
  if (column === "check.status") {
    return text.split(/[\s,]+/).map((code) => (/^\d+$/.test(code) ? Number(code) : code));
  }
  if (booleans.has(column)) {
    return text === "true" ? true : text === "false" ? false : text;
  }
  return !texts.has(column) && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function same(column: string): [string, string] {
  return [column, column];
}
