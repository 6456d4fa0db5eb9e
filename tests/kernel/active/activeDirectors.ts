import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseHostState } from "../../../components/drift/hostState";
import { Host } from "../../../components/host/host";
import { program, programPath } from "../../../components/host/kernel";
import { detectDrift } from "../../../components/kinds/detectDrift";
import { declared, inputOf, inside, isObject } from "../../support/kernel/commands";
import { type Registered, registered } from "../../support/pulumi/mocks";
import { connect, type Machine } from "../machine";
import { password, startRouter } from "./frr";
import { directorAddress, directors, links, members, nodes, port, router, vips } from "./topology";

export { password };

export type Family = keyof typeof vips;
const directorAddresses = directors.map((_, i) => directorAddress(i).address);

/** Several active directors behind a router with BGP, made by the program's own Commands. */
export class ActiveDirectors {
  private commands: Registered[] = [];

  private constructor(
    readonly machine: Machine,
    /** Where the router sends IPv6 packets to. */
    private readonly linkLocal: string[],
  ) {}

  static async start(): Promise<ActiveDirectors> {
    const machine = connect();
    try {
      await machine.run("", ["modprobe", "-a", "ip_vs", "ip_vs_mh", "ip_vs_sh", "ip_vs_rr"]);
      // What an earlier test on this machine has left on its directors' disks.
      const left = directors.map((name) => `/tmp/${name} /etc/systemd/system/*-${name}.service`);
      const run = directors.map((name) => `/run/bgp-*-${name} /run/unit-*-${name}.service.*`);
      const clean = `rm -rf ${[...left, ...run].join(" ")} /tmp/own /tmp/resilient.pid /tmp/frr-*.log`;
      await machine.run("", ["sh", "-c", clean]);
      await machine.build(nodes(), links);
      await machine.write("/tmp/serve.py", readFileSync(join(__dirname, "serve.py"), "utf8"));
      for (const member of members) {
        const command = `ulimit -n 20000; exec python3 /tmp/serve.py ${member} ${port} >/tmp/${member}.log 2>&1 &`;
        await machine.run(member, ["sh", "-c", command]);
      }
      await machine.write("/tmp/program", program);
      await machine.write("/tmp/systemctl", readFileSync(join(__dirname, "systemctl.sh"), "utf8"));
      await machine.run("", ["chmod", "755", "/tmp/systemctl"]);
      await startRouter(machine);
      const linkLocal: string[] = [];
      for (const director of directors) {
        const argv = ["ip", "-6", "-o", "address", "show", "dev", "eth0", "scope", "link"];
        const { stdout } = await machine.run(director, argv);
        linkLocal.push(/inet6 ([^/]+)/.exec(stdout)?.[1] ?? "");
      }
      return new ActiveDirectors(machine, linkLocal);
    } catch (error) {
      await machine.end();
      throw error;
    }
  }

  end(): Promise<void> {
    return this.machine.end();
  }

  /**
   * Does what `pulumi up` would do for a program: removes and makes what is replaced, changes what differs, and removes
   * what is gone, last first. Returns what the machines said.
   */
  async up(declare: (hosts: Host[]) => void): Promise<string> {
    const before = new Map(this.commands.map((one) => [one.name, one]));
    const all = await registered(() => {
      declare(directors.map((name, i) => hostOf(name, i)));
    });
    const now = all.filter(isObject);
    const said: string[] = [];
    for (const command of now) {
      const was = before.get(command.name);
      if (was && inputOf(was, "triggers") !== inputOf(command, "triggers")) {
        said.push(await this.call(was, "delete"));
      } else if (
        was &&
        ["create", "stdin"].every((key) => inputOf(was, key) === inputOf(command, key))
      ) {
        continue;
      }
      said.push(await this.call(command, "create"));
    }
    const names = new Set(now.map(({ name }) => name));
    for (const command of this.commands.filter(({ name }) => !names.has(name)).reverse()) {
      said.push(await this.call(command, "delete"));
    }
    this.commands = now;
    return said.join("");
  }

  /** Removes all of it, last first. */
  async down(): Promise<string> {
    const said: string[] = [];
    for (const command of this.commands.splice(0).reverse()) {
      said.push(await this.call(command, "delete"));
    }
    return said.join("");
  }

  /** Applies again what a preview would repair on a director: the Commands of that machine, of one kind or of all. */
  async repair(director: string, kind?: string): Promise<string> {
    const said: string[] = [];
    for (const command of this.commands) {
      if (nodeOf(command) === director && [undefined, declared(command).kind].includes(kind)) {
        said.push(await this.call(command, "create"));
      }
    }
    return said.join("");
  }

  /** What a preview says of a director now: differences, warnings and notes. */
  async preview(director: string) {
    const { stdout } = await this.inDirector(director, "observe");
    const seen = parseHostState(stdout);
    const all = this.commands.filter((one) => nodeOf(one) === director).map(declared);
    const results = all.map((object) => detectDrift(object, seen, director, all));
    return {
      differences: results.flatMap(({ differences, conflict }) => [
        ...differences,
        ...(conflict === undefined ? [] : [conflict]),
      ]),
      warnings: results.flatMap(({ warnings = [] }) => warnings),
      notes: results.flatMap(({ notes = [] }) => notes),
    };
  }

  /** The directors that the router sends packets for an address to. */
  async nextHops(family: Family = "ipv4"): Promise<string[]> {
    const [option, known] = family === "ipv4" ? ["-4", directorAddresses] : ["-6", this.linkLocal];
    const argv = ["ip", option, "route", "show", vips[family]];
    const { stdout } = await this.machine.run("router", argv);
    const hops = [...stdout.matchAll(/via (\S+)/g)].map(([, hop]) => hop);
    return directors.filter((_, i) => hops.includes(known[i]));
  }

  /** Waits until the router has these directors; returns the milliseconds that took. @throws after `seconds`. */
  async untilNextHops(wanted: string[], family: Family = "ipv4", seconds = 30): Promise<number> {
    const begin = Date.now();
    for (;;) {
      const now = await this.nextHops(family);
      if (now.join() === wanted.join()) {
        return Date.now() - begin;
      }
      if (Date.now() - begin > 1000 * seconds) {
        const { stdout } = await this.machine.run("router", ["vtysh", "-c", "show bgp summary"]);
        throw new Error(
          `the router has ${now.join(", ") || "no director"}, not ${wanted.join(", ")}\n${stdout}` +
            (await this.bird(directors[0] ?? "", "show protocols all")),
        );
      }
      await new Promise((done) => setTimeout(done, 100));
    }
  }

  /** Runs a script of root's on a node. @throws if it fails. */
  async script(node: string, text: string): Promise<string> {
    const { code, stdout, stderr } = directors.includes(node)
      ? await this.onDirector(node, text)
      : await this.machine.run(node, ["sh", "-c", text], "", false);
    if (code !== 0) {
      throw new Error(`${node}: ${stdout}${stderr}`);
    }
    return stdout;
  }

  /** What destroy should have removed from a director: units, files and addresses; empty if nothing is left. */
  left(director: string): Promise<string> {
    return this.script(
      director,
      `ls -d /etc/bird/ipvs-lab.d/* /etc/systemd/system/*${director}* /run/bgp-*${director} 2>/dev/null
       ip -o address show dev lo | grep -e ' ${vips.ipv4}/' -e ' ${vips.ipv6}/'
       sysctl net.ipv4.vs.sloppy_tcp net.ipv4.conf.all.arp_ignore net.ipv4.conf.eth0.arp_announce | grep -v ' = 0$'
       ls /run/unit-*${director}.service.pid 2>/dev/null
       true`,
    );
  }

  /** What the router answers to a command of its shell. */
  async routerSays(command: string): Promise<string> {
    return (await this.machine.run("router", ["vtysh", "-c", command])).stdout;
  }

  /**
   * How often the router has lost sessions with these directors so far. On a machine that is too busy BFD finds silence
   * where nothing has happened, and new connections are lost with that.
   */
  async sessionsLost(of: string[]): Promise<number> {
    const all = of.map((director) => directorAddress(directors.indexOf(director)));
    const names = all.flatMap(({ address, address6 }) => [address, address6]);
    const log = await this.script("router", "cat /tmp/frr-bgpd.log");
    const lines = log.split("\n").filter((line) => /%ADJCHANGE: .* Down/.test(line));
    return lines.filter((line) => names.some((name) => line.includes(`neighbor ${name}(`))).length;
  }

  /** A command to a director's BIRD. */
  bird(director: string, command: string): Promise<string> {
    return this.script(director, `birdcl -s /run/bgp-*${director}/control ${command}`);
  }

  private async call(command: Registered, verb: "create" | "delete"): Promise<string> {
    const words = inputOf(command, verb).replace(`${programPath} `, "");
    const { code, stdout, stderr } = await this.inDirector(
      nodeOf(command),
      words,
      inputOf(command, "stdin"),
    );
    if (code !== 0) {
      throw new Error(`${command.name}: ${stdout}${stderr}`);
    }
    return stdout;
  }

  /** Runs the program on a director. */
  private inDirector(director: string, words: string, stdin = "") {
    return this.onDirector(director, `exec sh /tmp/program ${words}`, stdin);
  }

  /** A director has files of its own where two of one machine would have them side by side. */
  private onDirector(director: string, script: string, stdin = "") {
    const place = `/tmp/${director}`;
    const binds = [
      `mkdir -p ${place}/run ${place}/lib ${place}/bird /run/ipvs-lab /var/lib/ipvs-lab /etc/bird/ipvs-lab.d`,
      `chmod 755 ${place} ${place}/bird /etc/bird/ipvs-lab.d`,
      `mount --bind ${place}/bird /etc/bird/ipvs-lab.d`,
      `mount --bind ${place}/run /run/ipvs-lab`,
      `mount --bind ${place}/lib /var/lib/ipvs-lab`,
      "mount --bind /tmp/systemctl /usr/bin/systemctl",
    ].join(" && ");
    const line = `{ ${binds}; } && { ${script}\n}`;
    return this.machine.run(director, ["unshare", "-m", "sh", "-c", line], stdin, false);
  }
}

function hostOf(name: string, i: number): Host {
  const { address, address6 } = directorAddress(i);
  return new Host(name, {
    ssh: {
      host: name,
      user: "root",
      privateKey: "-----BEGIN PRIVATE KEY-----\n",
      hostKey: "ssh-ed25519 AAAA",
    },
    interface: "eth0",
    address: `${address}/24`,
    address6: `${address6}/64`,
  });
}

/** The neighbours of each director: the router, by both families. */
export const neighbors = [router.ipv4, router.ipv6].map((address) => ({
  address,
  asn: 65000,
  password,
}));

function nodeOf({ inputs }: Registered): string {
  return (inside(inputs.connection) as { host: string }).host;
}
