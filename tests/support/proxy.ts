import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";

/** A proxy on 127.0.0.1, for requests and for tunnels, and a server behind it, which is there for every name. */
export class Proxy {
  /** What the proxy was asked for: "GET http://…", "CONNECT name:443". */
  readonly asked: string[] = [];
  private readonly proxy = createServer((request, response) => {
    this.note(request);
    const { host } = new URL(request.url ?? "");
    response.end(host === "127.0.0.1" ? "" : this.content);
  });
  private readonly server = createServer((_request, response) => response.end(this.content));
  private readonly sockets = new Set<Socket>();

  /** @param content What the server gives, whatever it is asked for. */
  constructor(private readonly content: string) {
    this.proxy.on("connect", (request: IncomingMessage, client: Socket) => {
      this.note(request);
      if (request.url?.endsWith(":443")) {
        client.end("HTTP/1.1 403 Not through here\r\n\r\n");
        return;
      }
      const server = connect(portOf(this.server), "127.0.0.1", () => {
        client.write("HTTP/1.1 200 OK\r\n\r\n");
        client.pipe(server).pipe(client);
      });
    });
    for (const one of [this.proxy, this.server]) {
      one.on("connection", (socket: Socket) => this.sockets.add(socket));
    }
  }

  async start(): Promise<void> {
    for (const one of [this.proxy, this.server]) {
      one.listen(0, "127.0.0.1");
      await once(one, "listening");
    }
  }

  end(): void {
    for (const one of [this.proxy, this.server]) {
      one.close();
    }
    for (const socket of this.sockets) {
      socket.destroy();
    }
  }

  get url(): string {
    return `http://127.0.0.1:${portOf(this.proxy)}`;
  }

  /** The server itself, past the proxy. */
  get serverUrl(): string {
    return `http://127.0.0.1:${portOf(this.server)}`;
  }

  private note({ method, url }: IncomingMessage): void {
    this.asked.push(`${method ?? ""} ${url ?? ""}`);
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
