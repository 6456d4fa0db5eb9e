import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { refuseIgnoreChanges } from "../args/ignoreChanges";
import { problemOf, type Path } from "../args/problems";
import {
  checkArgs,
  boolean,
  instance,
  instances,
  invalid,
  listOf,
  object,
  resources,
  text,
  integer,
} from "../args/validate";
import { warn } from "../args/warn";
import { Director } from "../director/director";
import { inTurn } from "../director/inTurn";
import { Explained, Explanation } from "../host/explained";
import { reserveServiceFor, ServiceReservation } from "../host/reservations";
import { serviceKey } from "../ipvs/serviceLines";
import { memberOwnership } from "../service/serviceSchema";
import { announcedWarnings } from "../service/validation/announcedWarnings";
import { ownWeights } from "../service/validation/engine";
import { engineWarnings } from "../service/validation/engineWarnings";
import { serviceWarnings } from "../service/validation/warnings";
import { directorProblems, Directors, withDirectors } from "../vip/directors";
import { Vip } from "../vip/vip";
import { applyTable } from "./tableCommand";
import type { TableData } from "./tableData";
import { given, readTable } from "./tableFile";
import {
  addressOf,
  checkedProblems,
  membersOf,
  ValidTableService,
  serviceProblems,
  tableLines,
  tableService,
  TableService,
  titleOf,
} from "./tableServices";
import { summaryOf } from "./tableSummary";

export interface IpvsTableArgs {
  /** The machine that balances the load. Exactly one of `director` and `directors`. */
  director?: Director;
  /** Machines that have the same services. */
  directors?: Director[];
  /** The services with their members. Exactly one of `services` and `file`. */
  services?: TableService[];
  /** A file with the services, whose name ends in .yaml, .yml, .json or .csv: see docs/table.md. */
  file?: string;
  /**
   * Seconds that connections of leaving members have to end, 0 to 3600; 0 cuts them. Until then the members have weight
   * 0 and get no new ones; under scheduler "dh" they are removed at once. UDP has no connections to wait for. @default
   * 30
   */
  drainTimeout?: number;
  /**
   * Keeps members' weights that somebody has set by hand; previews name them. Only with engine "ipvsadm".
   * @default false: up sets them to what is declared
   */
  keepWeights?: boolean;
  /**
   * "exclusive": members that somebody else added are removed, with the draining of members that leave. "shared": they
   * stay. Previews name them either way. @default "shared"
   */
  members?: "shared" | "exclusive";
  /** Resources that must be in place first, such as the virtual addresses. @default nothing */
  after?: pulumi.Resource[];
  /** Takes over services that exist already, whoever made them, instead of refusing them. @default false */
  adopt?: boolean;
}

const schema = object({
  director: instance(Director).optional(),
  directors: instances(Director).optional(),
  services: z.unknown().optional(),
  file: text.optional(),
  drainTimeout: integer(0, 3600).default(30),
  keepWeights: boolean.default(false),
  members: memberOwnership,
  after: resources.optional(),
  adopt: boolean.default(false),
});
type Checked = Omit<z.infer<typeof schema>, "director" | "directors"> & Directors;

const contents = object({ services: listOf(z.unknown(), "services") });

/**
 * Many virtual services with their members, from data: one Command for each director, whose standard
 * input is the desired state in the syntax of `ipvsadm -R`, in the order of addresses and ports. With engine
 * "keepalived" its configuration follows, and one reload applies all of it.
 */
export class IpvsTable extends pulumi.ComponentResource implements Explained {
  /** A sentence about it, its machine, and the command that shows it there. */
  readonly explanation: Explanation;
  /** The machine that balances the load, or the first of them. */
  readonly director: Director;
  /** The desired state, one ipvsadm line for each service and each member. */
  readonly lines: string[];
  /** Resources that need the services wait for this. */
  readonly ready: pulumi.Resource;

  /**
   * @throws pulumi.RunError that names all mistakes in the data at once, with the lines of a file; of more than 20
   *   mistakes, the first 20. Also if a file is missing or in an unknown format, and if another resource of the same
   *   director has a service of the table.
   */
  constructor(name: string, args: IpvsTableArgs, opts?: pulumi.ComponentResourceOptions) {
    const checked = withDirectors("IpvsTable", name, checkArgs("IpvsTable", name, schema, args));
    refuseIgnoreChanges("IpvsTable", name, opts);
    const { director, directors, file, drainTimeout, keepWeights, adopt, after = [] } = checked;
    const exclusive = checked.members === "exclusive";
    const services = servicesOf(name, checked);
    // The services themselves are left out, because the Commands' inputs have them.
    const summary = { file, drainTimeout, adopt, ...summaryOf(services, director) };
    super("ipvs-lab:index:IpvsTable", name, summary, opts);
    warn(this, warningsOf(checked, services));
    this.director = director;
    this.lines = tableLines(services);
    this.ready = inTurn(directors, (one, ready) =>
      applyTable(
        `${name}${directors.length > 1 ? `-${one.host.label}` : ""}`,
        { director: one, services, lines: this.lines, drainTimeout, keepWeights, exclusive, adopt },
        { parent: this, dependsOn: [...after, ...ready] },
      ),
    );
    this.explanation = {
      name,
      what: `table of ${summary.services} virtual services with ${summary.realServers} members`,
      machine: director.host.label,
      look: "sudo ipvsadm -Ln",
    };
    this.registerOutputs({ ...this.explanation });
  }
}

/** @throws pulumi.RunError with all problems of the services, from the array or the file. */
function servicesOf(name: string, args: Checked): ValidTableService[] {
  const { directors, services, file } = args;
  if ((services === undefined) === (file === undefined)) {
    throw invalid("IpvsTable", name, ["services, file: exactly one of the two must be given"]);
  }
  refuse(name, [...directorProblems(directors, undefined), ...engineProblems(args)]);
  const read = file === undefined ? given(services) : readTable(file);
  const { checked, problems } = checkedServices(args.director, read);
  refuse(name, [...read.problems, ...problems]);
  for (const { host } of directors) {
    refuse(
      name,
      checked.flatMap((service, i) => {
        const conflict = reserveServiceFor(`IpvsTable "${name}"`, host, reservationOf(service));
        return conflict
          ? `${read.at(["services", i, conflict.property])}: ${conflict.message}`
          : [];
      }),
    );
  }
  return checked;
}

/** @throws pulumi.RunError if there are problems. */
function refuse(name: string, problems: string[]): void {
  if (problems.length > 0) {
    throw invalid("IpvsTable", name, problems);
  }
}

/** The problems of the directors' engines. */
function engineProblems({ directors, director, keepWeights }: Checked): string[] {
  const { engine } = director;
  return [
    ...directors.flatMap((one, i) =>
      one.engine === engine
        ? []
        : [`directors[${i}]: its engine is ${one.engine}, and that of directors[0] is ${engine}`],
    ),
    ...(keepWeights && engine === "keepalived" ? [`keepWeights: ${ownWeights}`] : []),
  ];
}

function warningsOf(
  { directors, director, after = [] }: Checked,
  services: ValidTableService[],
): string[] {
  const { timeouts, engine } = director;
  const vips = after.filter((resource) => resource instanceof Vip);
  return services.flatMap((service) => {
    const members = membersOf(service);
    return [
      ...serviceWarnings({ ...service, members, timeouts }),
      ...announcedWarnings({
        ...{ directors, members, scheduler: service.scheduler },
        vip: vips.find((vip) => vip.address === service.address),
      }),
      ...(engine === "keepalived"
        ? engineWarnings({
            directors,
            persistence: service.persistence,
            realServers: members.map((m) => ({ ...m, label: m.address })),
          })
        : []),
    ].map((text) => `${titleOf(service)}: ${text}`);
  });
}

/** The services, even if there is something else beside them, so that all mistakes are reported at once. */
function listIn(data: unknown): unknown[] {
  const { services } = Object(data) as { services?: unknown };
  return Array.isArray(services) ? services : [];
}

function checkedServices(director: Director, { data, at }: TableData) {
  const checked: ValidTableService[] = [];
  const problems: string[] = [];
  const wrong = (before: Path, { issues }: z.ZodError) => {
    for (const { path, message } of issues.map(problemOf)) {
      problems.push(`${at([...before, ...path])}: ${message}`);
    }
  };
  const { error: unlike } = contents.safeParse(data);
  // If the file could not be read, that problem is reported already.
  if (unlike && data !== undefined) {
    wrong([], unlike);
  }
  const seen = new Map<string, number>();
  listIn(data).forEach((one, i) => {
    const { data: service, error } = tableService.safeParse(one);
    if (!service) {
      wrong(["services", i], error);
      return;
    }
    checked.push(service);
    const wrongTogether = [
      ...serviceProblems(director, service),
      ...checkedProblems(director, service),
    ];
    for (const { path, message } of wrongTogether) {
      problems.push(`${at(["services", i, ...path])}: ${message}`);
    }
    const key = serviceKey(addressOf(service));
    const first = seen.get(key);
    if (first !== undefined) {
      const where = at(["services", first]);
      problems.push(`${at(["services", i])}: ${titleOf(service)} is a service already: ${where}`);
    }
    seen.set(key, i);
  });
  return { checked, problems };
}

function reservationOf(service: ValidTableService): ServiceReservation {
  const { address, port, protocol = "tcp", firewallMark } = service;
  return {
    key: serviceKey(addressOf(service)),
    property: firewallMark === undefined ? "port" : "firewallMark",
    title: titleOf(service),
    // Port 0 gets only what no other service of the address gets.
    ports: address && port ? [{ address, protocol, range: [port, port] }] : [],
  };
}
