import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { promisify } from "node:util";
import type { MachineSettings } from "../settings";

/** What a port is for, as the settings call it. */
type Use = "sshPort" | "tunnelPort" | "switchPort";

const loopback = "127.0.0.1";

/** A problem for each port of a machine that another program has, with the setting that chooses another port. */
export function portProblems({ name, sshPort, tunnelPort }: MachineSettings): Promise<string[]> {
  return problemsOf([
    { name, setting: "sshPort", port: sshPort },
    { name, setting: "tunnelPort", port: tunnelPort },
  ]);
}

/** The same for the ports of the switch. */
export function switchPortProblems(machines: MachineSettings[]): Promise<string[]> {
  return problemsOf(
    machines.map(({ name, framesTo }) => ({ name, setting: "switchPort", port: framesTo })),
  );
}

async function problemsOf(
  ports: { name: string; setting: Use; port: number }[],
): Promise<string[]> {
  const problems = await Promise.all(
    ports.map(async ({ name, setting, port }) => {
      const [protocol, bind] =
        setting === "sshPort" ? (["TCP", bindTcp] as const) : (["UDP", bindUdp] as const);
      const code = await bind(port);
      if (code === undefined) {
        return [];
      }
      const why =
        code === "EADDRINUSE"
          ? `is taken${await holder(protocol, port)}`
          : `cannot be used (${code})`;
      return [
        `${protocol} port ${port} of ${loopback} ${why}: give ipvs-lab:machines another ${setting} for ${name}.`,
      ];
    }),
  );
  return problems.flat();
}

/** @returns The error's code when the port cannot be had. */
function bindTcp(port: number): Promise<string | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", ({ code }: NodeJS.ErrnoException) => {
      resolve(code);
    });
    server.listen(port, loopback, () => {
      server.close(() => {
        resolve(undefined);
      });
    });
  });
}

function bindUdp(port: number): Promise<string | undefined> {
  const socket = createSocket("udp4");
  return new Promise((resolve) => {
    socket.once("error", ({ code }: NodeJS.ErrnoException) => {
      resolve(code);
    });
    socket.bind(port, loopback, () => {
      socket.close(() => {
        resolve(undefined);
      });
    });
  });
}

/** " by ssh (process 1234)", when it can be seen. */
async function holder(protocol: "TCP" | "UDP", port: number): Promise<string> {
  const words = ["-H", "-n", "-l", "-p", protocol === "TCP" ? "-t" : "-u", `sport = :${port}`];
  const { stdout } = await promisify(execFile)("ss", words).catch(() => ({ stdout: "" }));
  const [, name, pid] = /users:\(\("([^"]*)",pid=(\d+)/.exec(stdout) ?? [];
  return name === undefined ? "" : ` by ${name} (process ${pid ?? "?"})`;
}
