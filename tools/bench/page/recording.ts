import type {
  ActionRequest,
  LoadRequest,
  Message,
  Source,
  Topology,
} from "../../../watch/protocol.js" with { "resolution-mode": "import" };

/** A request that the page has sent. */
export interface ReceivedRequest {
  name: "startLoad" | "stopLoad" | "preview" | "apply" | "drop" | "act";
  body?: unknown;
}

/** A simulated lab for tests: it sends the messages of a test, and records the requests that it gets. */
export class Recording implements Source {
  /** When set, every request is refused with this message. */
  refusal: string | undefined;
  private readonly readers = new Set<(message: Message) => void>();
  private readonly known = new Map<Message["type"], Message>();

  constructor(
    now: Topology,
    private readonly note: (given: ReceivedRequest) => void = () => undefined,
  ) {
    this.known.set("topology", { type: "topology", topology: now });
  }

  say(message: Message): void {
    if (message.type !== "answers") {
      this.known.set(message.type, message);
    }
    this.readers.forEach((send) => {
      send(message);
    });
  }

  subscribe(send: (message: Message) => void): () => void {
    this.known.forEach((message) => {
      send(message);
    });
    this.readers.add(send);
    return () => this.readers.delete(send);
  }

  startLoad = (body: LoadRequest) => this.follow({ name: "startLoad", body });
  stopLoad = () => this.follow({ name: "stopLoad" });
  preview = (body: Record<string, string | number | boolean>) =>
    this.follow({ name: "preview", body });
  apply = (body: number) => this.follow({ name: "apply", body });
  drop = (body: number) => this.follow({ name: "drop", body });
  act = (body: ActionRequest) => this.follow({ name: "act", body });
  close = () => Promise.resolve();

  private follow(given: ReceivedRequest): Promise<void> {
    this.note(given);
    return this.refusal === undefined ? Promise.resolve() : Promise.reject(new Error(this.refusal));
  }
}
