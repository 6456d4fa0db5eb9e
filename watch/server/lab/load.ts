import { z } from "zod";
import type {
  AnswersMessage,
  LastingMessage,
  LoadMessage,
  LoadRequest,
  Topology,
} from "../../protocol.js";
import { RequestError } from "../requestError.js";
import { type StackMachines, RemoteProgram } from "./remoteProgram.js";
import { addressOf } from "./topology.js";

/** A line of ../machine/load.py. */
const line = z.union([
  z.object({
    way: z.enum(["balanced", "ipv6", "redirected"]),
    first: z.number(),
    who: z.array(z.number()),
    took: z.array(z.number()),
  }),
  z.object({ open: z.number(), waiting: z.number(), broken: z.number() }),
]);

/** The addresses to ask, and the pages by which members are recognised. */
export interface LoadTargets {
  machines: StackMachines;
  topology: Topology;
  /** The first line of each member's page, when it is known. */
  pages: (string | undefined)[];
}

/** Requests from one of the lab's machines, until they are stopped. */
export class Load {
  /** The last message about it. */
  current: LoadMessage = { type: "load" };
  /** The last message about its lasting connections. */
  lasting?: LastingMessage;
  private remote?: RemoteProgram;

  constructor(
    private readonly send: (message: LoadMessage | AnswersMessage | LastingMessage) => void,
  ) {}

  /** Starts a load, and ends one that runs. @throws RequestError when the lab lacks the client or the redirection. */
  async start(request: LoadRequest, asked: LoadTargets): Promise<void> {
    const words = loadInput(request, asked);
    await this.end();
    this.sendState({ type: "load", load: request });
    this.remote = new RemoteProgram(
      asked.machines,
      request.client,
      { program: "load.py", root: false },
      words,
      (text) => {
        const message = messageOf(text, Date.now());
        if (message.type === "lasting") {
          this.lasting = message;
        }
        this.send(message);
      },
      (error) => {
        this.remote = undefined;
        this.sendState({ type: "load", error });
      },
    );
  }

  /** Ends the load when its machine is no client any more. */
  async stopUnlessClientIn(clients: string[]): Promise<void> {
    const client = this.current.load?.client;
    if (client !== undefined && !clients.includes(client)) {
      await this.end();
      this.sendState({ type: "load", error: notAClient(client, clients) });
    }
  }

  async stop(): Promise<void> {
    await this.end();
    this.sendState({ type: "load" });
  }

  private async end(): Promise<void> {
    await this.remote?.close();
    this.remote = undefined;
  }

  private sendState(message: LoadMessage): void {
    this.current = message;
    delete this.lasting;
    this.send(message);
  }
}

/** The message of a line of load.py. */
function messageOf(text: string, at: number): AnswersMessage | LastingMessage {
  const words = line.parse(JSON.parse(text));
  return "way" in words ? { type: "answers", at, ...words } : { type: "lasting", at, ...words };
}

function notAClient(name: string, clients: string[]): string {
  return `${JSON.stringify(name)} is no client; there are ${clients.join(", ")}`;
}

/** The input of load.py. */
export function loadInput(
  request: LoadRequest,
  { topology, pages }: Omit<LoadTargets, "machines">,
) {
  const { clients, service, ipv6, redirect, stack } = topology;
  if (!clients.includes(request.client)) {
    throw new RequestError(`client: ${notAClient(request.client, clients)}`);
  }
  if (request.redirected && !redirect) {
    throw new RequestError(
      `redirected: stack ${stack} has no static redirection (setting redirect)`,
    );
  }
  if (request.ipv6 && !ipv6) {
    throw new RequestError(`ipv6: stack ${stack} has no address of IPv6 (setting vip6)`);
  }
  const urls = {
    balanced: service.url,
    ...(request.ipv6 && ipv6 ? { ipv6: ipv6.url } : {}),
    ...(request.redirected && redirect ? { redirected: redirect.url } : {}),
  };
  return {
    targets: Object.entries(urls).map(([way, url]) => ({ way, ...addressOf(url) })),
    rate: request.rate,
    concurrency: request.concurrency,
    ...(request.lasting ? { lasting: request.lasting } : {}),
    // When several members have the same page, the first of them is named.
    pages: Object.fromEntries(
      pages.flatMap((page, i) => (page === undefined ? [] : [[page, i] as const])).reverse(),
    ),
  };
}
