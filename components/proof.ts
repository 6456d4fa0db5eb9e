import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { Host } from "./host";
import { IpvsService, Scheduler } from "./ipvsService";
import { spec } from "./kernel";
import { checkArgs, instance, whole } from "./validate";

export interface ProofArgs {
  /** The service that is asked, over HTTP. */
  service: IpvsService;
  /** The machines that ask. */
  clients: Host[];
  /** Requests from each client, 1 to 100000. @default 6 */
  requests?: number;
  /** What else must be in place first, such as the source NAT. */
  after?: pulumi.Resource[];
}

/** Who answered a series of requests. */
export interface Answers {
  /** The first line of each answer, in order. */
  order: string[];
  /** How often each line came. */
  counts: Record<string, number>;
}

const schema = z.object({
  after: z.array(z.custom<pulumi.Resource>()).optional(),
  service: instance(IpvsService),
  clients: z.array(instance(Host), { error: "must be a list of Host" }).min(1, "needs one Host"),
  requests: whole(1, 100000).default(6),
});

/** Schedulers that spread one client's successive requests over all members. */
const spreading: ReadonlySet<Scheduler> = new Set(["rr", "wrr", "lc", "wlc"]);

/**
 * Proof by traffic: requests to a service from each client, made anew whenever the service or a page
 * changes. The update fails, naming the backend, if one that must answer never does.
 */
export class Proof extends pulumi.ComponentResource {
  /** For each client, by its host's name. */
  readonly answers: pulumi.Output<Record<string, Answers>>;
  /** What `ipvsadm -Ln` prints on the director. */
  readonly table: pulumi.Output<string>;

  constructor(name: string, args: ProofArgs, opts?: pulumi.ComponentResourceOptions) {
    const { service, clients, requests, after = [] } = checkArgs("Proof", name, schema, args);
    super("ipvs-lab:index:Proof", name, { requests }, opts);
    const desired = proofSpec(service, requests);
    const runs = clients.map((client) =>
      client.run(
        `${name}-${client.label}`,
        { kind: "proof", owner: name, desired, readOnly: true },
        { parent: this, dependsOn: [service.ready, ...after] },
      ),
    );
    const table = service.director.host.run(
      `${name}-table`,
      { kind: "table", owner: name, desired: service.lines.join("\n"), readOnly: true },
      // After the requests, so that the table counts them.
      { parent: this, dependsOn: runs },
    );
    this.answers = pulumi
      .all(runs.map((run) => run.stdout))
      .apply((all) =>
        Object.fromEntries(clients.map((client, i) => [client.label, parseAnswers(all[i] ?? "")])),
      );
    this.table = table.stdout;
    this.registerOutputs({ answers: this.answers, table: this.table });
  }
}

/** The proof's settings, and the members that must answer: name, tab, first line of its page. */
export function proofSpec(service: IpvsService, requests: number): string {
  const active = service.realServers.filter((r) => r.weight > 0);
  // A weighted scheduler needs a whole turn to reach every member.
  const turn = active.reduce((sum, r) => sum + r.weight, 0);
  const expected = spreading.has(service.scheduler) && requests >= turn ? active : [];
  const lines = expected
    .flatMap((r) => (r.backend ? [`${oneLine(r.label)}\t${firstLine(r.backend.page)}\n`] : []))
    .join("");
  return `${spec({ url: service.url, requests, service: service.lines.join("; ") })}\n${lines}`;
}

/** The answers of a run: one line each. */
export function parseAnswers(stdout: string): Answers {
  const order = stdout.split("\n").filter((line) => line !== "");
  const counts: Record<string, number> = {};
  for (const line of order) {
    counts[line] = (counts[line] ?? 0) + 1;
  }
  return { order, counts };
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? "";
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}
