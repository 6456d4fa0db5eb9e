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

/** The addresses to ask, and the pages by which members are recognised. */
export interface Asked {
  machines: Machines;
  topology: Topology;
  /** The first line of each member's page, when it is known. */
  pages: (string | undefined)[];
}

/** Requests from one of the lab's machines, until they are stopped. */
export class Load {
  /** The last message about it. */
  current: LoadMessage = { type: "load" };
  private remote?: Remote;

  constructor(private readonly send: (message: LoadMessage | AnswersMessage) => void) {}

  /** Starts a load, and ends one that runs. @throws Refusal when the lab lacks the client or the redirection. */
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

  /** Ends the load when its machine is no client any more. */
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

/** The input of load.py. */
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
    // When several members have the same page, the first of them is named.
    pages: Object.fromEntries(
      pages.flatMap((page, i) => (page === undefined ? [] : [[page, i] as const])).reverse(),
    ),
  };
}
