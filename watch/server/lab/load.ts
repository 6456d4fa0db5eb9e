import { z } from "zod";
import type { AnswersMessage, LoadMessage, LoadOrder, Topology } from "../../protocol.js";
import { Refusal } from "../refusal.js";
import { type Machines, Remote } from "./remote.js";
import { placeOf } from "./topology.js";

/** A line of ../machine/load.py. */
const line = z.object({
  way: z.enum(["balanced", "redirected"]),
  first: z.number(),
  who: z.array(z.number()),
  took: z.array(z.number()),
});

/** What is asked, and who answers with which page. */
export interface Asked {
  machines: Machines;
  topology: Topology;
  /** The first line of each member's page, where it is known. */
  pages: (string | undefined)[];
}

/** Requests from one of the lab's machines, as long as they are wanted. */
export class Load {
  /** What is told of it. */
  current: LoadMessage = { type: "load" };
  private remote?: Remote;

  constructor(private readonly send: (message: LoadMessage | AnswersMessage) => void) {}

  /** Starts it; one that runs makes way. @throws Refusal of what the lab does not have. */
  async start(order: LoadOrder, asked: Asked): Promise<void> {
    const words = loadWords(order, asked);
    await this.end();
    this.tell({ type: "load", load: order });
    this.remote = new Remote(
      asked.machines,
      order.client,
      { program: "load.py", root: false },
      words,
      (text) => {
        this.send({ type: "answers", at: Date.now(), ...line.parse(JSON.parse(text)) });
      },
      (error) => {
        this.remote = undefined;
        this.tell({ type: "load", error });
      },
    );
  }

  /** Ends a load from a machine that is no client any more. */
  async keepTo(clients: string[]): Promise<void> {
    const client = this.current.load?.client;
    if (client !== undefined && !clients.includes(client)) {
      await this.end();
      this.tell({ type: "load", error: notAClient(client, clients) });
    }
  }

  async stop(): Promise<void> {
    await this.end();
    this.tell({ type: "load" });
  }

  private async end(): Promise<void> {
    await this.remote?.close();
    this.remote = undefined;
  }

  private tell(message: LoadMessage): void {
    this.current = message;
    this.send(message);
  }
}

function notAClient(name: string, clients: string[]): string {
  return `${JSON.stringify(name)} is no client; there are ${clients.join(", ")}`;
}

/** What load.py reads. */
export function loadWords(order: LoadOrder, { topology, pages }: Omit<Asked, "machines">) {
  const { clients, service, redirect, stack } = topology;
  if (!clients.includes(order.client)) {
    throw new Refusal(`client: ${notAClient(order.client, clients)}`);
  }
  if (order.redirected && !redirect) {
    throw new Refusal(`redirected: stack ${stack} has no static redirection (setting redirect)`);
  }
  const urls = {
    balanced: service.url,
    ...(order.redirected && redirect ? { redirected: redirect.url } : {}),
  };
  return {
    targets: Object.entries(urls).map(([way, url]) => ({ way, ...placeOf(url) })),
    rate: order.rate,
    concurrency: order.concurrency,
    // Where two have the same page, the first of them is named.
    pages: Object.fromEntries(
      pages.flatMap((page, i) => (page === undefined ? [] : [[page, i] as const])).reverse(),
    ),
  };
}
