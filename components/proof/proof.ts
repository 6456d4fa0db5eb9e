import { remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import {
  checkArgs,
  instance,
  instances,
  invalid,
  object,
  resources,
  integer,
} from "../args/validate";
import { Host } from "../host/host";
import { spec } from "../host/kernel";
import { slug } from "../host/slug";
import { IpvsService } from "../service/ipvsService";
import { Answers, mustAnswer, parseAnswers } from "./answers";
import { parseClients, parsePassed, Traffic } from "./traffic";

export interface ProofArgs {
  /** The service that is asked, over HTTP. */
  service: IpvsService;
  /** The machines that make requests; none, if no machine of the program can be a client. */
  clients: Host[];
  /** Requests from each client, 1 to 100000. @default 6 */
  requests?: number;
  /** Resources that must be in place first, such as the source NAT. */
  after?: pulumi.Resource[];
}

const schema = object({
  service: instance(IpvsService),
  clients: instances(Host),
  requests: integer(1, 100000).default(6),
  after: resources.optional(),
});

/**
 * Proof by traffic: requests to a service from each client, repeated whenever the service or a page changes. The update
 * fails, naming the backend, if one that must answer never does.
 */
export class Proof extends pulumi.ComponentResource {
  /** For each client, by its host's name. */
  readonly answers: pulumi.Output<Record<string, Answers>>;
  /** The output of `ipvsadm -Ln` on the director. */
  readonly table: pulumi.Output<string>;
  /** The way of the requests; undefined if no backend of the service has an access log. */
  readonly traffic?: pulumi.Output<Traffic>;

  /**
   * @throws pulumi.RunError where an argument is wrong, a client is listed twice, or the service has no address and
   * port over TCP that could be asked.
   */
  constructor(name: string, args: ProofArgs, opts?: pulumi.ComponentResourceOptions) {
    const { service, clients, requests, after = [] } = checkArgs("Proof", name, schema, args);
    checkClients(name, clients);
    checkAsked(name, service);
    super("ipvs-lab:index:Proof", name, { requests }, opts);
    const desired = proofSpec(service, requests);
    const runs: remote.Command[] = [];
    for (const client of clients) {
      // One client after the other: two clients at once, taking turns, could each reach only one backend.
      const dependsOn = [service.ready, ...after, ...runs.slice(-1)];
      runs.push(
        client.run(
          `${name}-${client.label}`,
          { kind: "proof", desired, readOnly: true },
          { parent: this, dependsOn },
        ),
      );
    }
    const table = service.director.host.run(
      `${name}-table`,
      { kind: "table", desired: service.lines.join("\n"), readOnly: true },
      // After the requests, so that the table counts them.
      { parent: this, dependsOn: runs },
    );
    this.answers = pulumi
      .all(runs.map((run) => run.stdout))
      .apply((all) =>
        Object.fromEntries(
          clients.map((client, i) => [client.label, parseAnswers(all[i] ?? "", requests)]),
        ),
      );
    this.table = table.stdout;
    this.traffic =
      service.logged.length > 0
        ? readTraffic(name, service, { parent: this, dependsOn: runs })
        : undefined;
    const { traffic } = this;
    this.registerOutputs({ answers: this.answers, table: this.table, ...(traffic && { traffic }) });
  }
}

/** Reads the backends' logs and the director's counters. */
function readTraffic(
  name: string,
  service: IpvsService,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<Traffic> {
  const lines = service.lines.join("; ");
  const read = (host: Host, title: string, words: Record<string, string>) =>
    host.run(
      title,
      { kind: "traffic", desired: spec({ ...words, service: lines }), readOnly: true },
      opts,
    ).stdout;
  const asked = new URL(service.url ?? "").host;
  const names = service.logged.map(({ explanation }) => explanation.name);
  const logs = service.logged.map(({ host }, i) => {
    const backend = names[i] ?? "";
    return read(host, `${name}-clients-${backend}`, { instance: slug(backend), asked });
  });
  const [, option = "", address = ""] = service.lines[0]?.split(" ") ?? [];
  const counters = `${option} ${address}`;
  const passed = read(service.director.host, `${name}-passed`, { counters });
  return pulumi.all([pulumi.all(logs), passed]).apply(([clients, counted]) => ({
    clients: Object.fromEntries(names.map((one, i) => [one, parseClients(clients[i] ?? "")])),
    director: parsePassed(counted),
  }));
}

/** Refuses a client that is listed twice. */
function checkClients(name: string, clients: Host[]): void {
  const again = clients.findIndex((client, i) => clients.indexOf(client) !== i);
  if (again >= 0) {
    throw invalid("Proof", name, [
      `clients[${again}]: ${clients[again]?.label ?? ""} is a client already; list each once`,
    ]);
  }
}

function checkAsked(name: string, service: IpvsService): void {
  if (service.url === undefined) {
    throw invalid("Proof", name, [
      "service: it is asked over HTTP, so its protocol must be tcp, and its address and port known",
    ]);
  }
}

/** The proof's settings, and the members that must answer: name, tab, first line of its page. */
function proofSpec(service: IpvsService, requests: number): string {
  // If some page is a secret, only answers that are known not to be secret are shown.
  const hide = service.hasSecretPages ? "unknown" : undefined;
  const settings = spec({ url: service.url, requests, service: service.lines.join("; "), hide });
  const expected = mustAnswer(service, requests);
  return `${settings}\n${expected.map((m) => `${m.name.replace(/\s+/g, " ")}\t${m.answer}\n`).join("")}`;
}
