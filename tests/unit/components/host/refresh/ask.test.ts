import { once } from "node:events";
import { AddressInfo, connect, createServer } from "node:net";
import { AuthContext, Connection, Server } from "ssh2";
import type { Reach } from "../../../../../components/host/refresh/ask";
import { evaluated } from "../../../../support/evaluate";
import { keyPair, words } from "../../../../support/ssh/keys";

/** SSH servers in this process: one that answers commands, and one that connects further. */
interface Served {
  server: Server;
  login: Reach;
  /** What came to it. */
  asked: string[];
}

const all: Server[] = [];

async function serve(behave: (connection: Connection, served: Served) => void): Promise<Served> {
  const [hostKey, user] = [keyPair(), keyPair()];
  const allowed = Buffer.from(user.public.split(" ")[1] ?? "", "base64");
  const asked: string[] = [];
  const server = new Server({ hostKeys: [hostKey.private] }, (connection) => {
    connection.on("error", () => undefined);
    connection.on("authentication", (context: AuthContext) => {
      const right = context.method === "publickey" && context.key.data.equals(allowed);
      if (right) {
        context.accept();
      } else {
        context.reject(["publickey"]);
      }
    });
    connection.on("ready", () => {
      behave(connection, served);
    });
  });
  all.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const login = {
    ...{ host: "127.0.0.1", port, user: "admin" },
    ...{ privateKey: user.private, hostKey: words(hostKey.public) },
  };
  const served = { server, login, asked };
  return served;
}

interface ServedChannel {
  outgoing: { id: number };
  _client: { _protocol: { exitStatus(channel: number, status: number): void } };
}

const answering = () =>
  serve((connection, { asked }) => {
    connection.on("session", (accept) => {
      accept().on("exec", (acceptCommand, _, { command }) => {
        asked.push(command);
        const channel = acceptCommand();
        channel.write(`did ${command}`);
        // The exit status may come behind the end of the output, which ssh2's own server never does.
        channel.eof();
        setTimeout(() => {
          const { outgoing, _client } = channel as unknown as ServedChannel;
          _client._protocol.exitStatus(outgoing.id, 3);
          channel.close();
        }, 50);
      });
    });
  });

const forwarding = (allowed = true) =>
  serve((connection, { asked }) => {
    connection.on("tcpip", (accept, refuse, { destIP, destPort }) => {
      asked.push(`${destIP}:${destPort}`);
      if (!allowed) {
        refuse();
        return;
      }
      const [channel, socket] = [accept(), connect(destPort, destIP)];
      socket.on("error", () => channel.end());
      channel.pipe(socket).pipe(channel);
    });
  });

function outcome(what: "ask" | "look", reach: Reach): Promise<unknown> {
  const to = JSON.stringify(reach);
  return what === "ask"
    ? evaluated("components/host/refresh/ask.ts", `m.ask(${to}, "id")`)
    : evaluated("components/host/refresh/read.ts", `m.readHost("lb1", ${to})`);
}

afterAll(() => {
  for (const server of all) {
    server.close();
  }
});

test("a machine is asked straight, or through its bastion, each with its own key", async () => {
  const [machine, bastion] = [await answering(), await forwarding()];
  const answer = { status: 3, stdout: "did id", stderr: "" };
  expect(await outcome("ask", machine.login)).toEqual(answer);
  expect(bastion.asked).toEqual([]);
  expect(await outcome("ask", { ...machine.login, bastion: bastion.login })).toEqual(answer);
  expect(bastion.asked).toEqual([`127.0.0.1:${machine.login.port}`]);
  expect(machine.asked).toEqual(["id", "id"]);
});

test("a bastion with another host key than the pinned one is refused, and nothing goes through it", async () => {
  const [machine, bastion] = [await answering(), await forwarding()];
  const other = { ...bastion.login, hostKey: words(keyPair().public) };
  expect(await outcome("look", { ...machine.login, bastion: other })).toMatch(
    /^the bastion of lb1 \(127\.0\.0\.1:\d+\) is not the machine that it was: it shows another SSH host key than the pinned one: ssh-ed25519 SHA256:[^]*hostKey of the Host's ssh\.bastion;/,
  );
  expect([...bastion.asked, ...machine.asked]).toEqual([]);
});

test("a machine with another host key than the pinned one is refused behind its bastion too", async () => {
  const [machine, bastion] = [await answering(), await forwarding()];
  const other = { ...machine.login, hostKey: words(keyPair().public), bastion: bastion.login };
  expect(await outcome("look", other)).toMatch(
    /^lb1 \(127\.0\.0\.1:\d+\) is not the machine that it was[^]*hostKey of the Host's ssh;/,
  );
  expect(machine.asked).toEqual([]);
});

test("a bastion that does not let us through, or is out of reach, is said by its address", async () => {
  const [machine, bastion] = [await answering(), await forwarding(false)];
  const reach = { ...machine.login, bastion: bastion.login };
  const place = `^bastion 127\\.0\\.0\\.1:${bastion.login.port}: `;
  expect(await outcome("look", reach)).toEqual({
    is: "unreachable",
    why: expect.stringMatching(`${place}ssh: rejected: connect failed`) as string,
  });
  await new Promise((resolve) => bastion.server.close(resolve));
  expect(await outcome("look", reach)).toEqual({
    is: "unreachable",
    why: expect.stringMatching(`${place}.*connection refused`) as string,
  });
});

test("a server that hangs up at once has its reasons named", async () => {
  const rude = createServer((socket) => {
    socket.destroy();
  }).listen(0, "127.0.0.1");
  await once(rude, "listening");
  const { login } = await answering();
  const { port } = rude.address() as AddressInfo;
  expect(await outcome("ask", { ...login, port })).toMatch(
    /^ssh: handshake failed: EOF \(.*OpenSSH 9\.8 or later.* refused logins/,
  );
  rude.close();
});

test("a pinned host key that is none is said before anything is connected, and nothing stays open", async () => {
  const [machine, bastion] = [await answering(), await forwarding()];
  const nothing = "failed to parse host key: ssh: no key found";
  expect(await outcome("ask", { ...machine.login, hostKey: "" })).toBe(nothing);
  const through = { ...machine.login, hostKey: "", bastion: bastion.login };
  expect(await outcome("ask", through)).toBe(nothing);
  expect([...bastion.asked, ...machine.asked]).toEqual([]);
}, 20_000);
