import { spawnSync } from "node:child_process";
import { parseHostState } from "../../../components/drift/hostState";
import { Host, HostArgs } from "../../../components/host/host";
import { program, programPath } from "../../../components/host/kernel";
import { shellQuote } from "../../../components/host/quoting";
import { detectDrift } from "../../../components/kinds/detectDrift";
import { Registered, registered } from "../pulumi/mocks";
import { declared, isObject } from "./commands";

/**
 * A director in a network namespace of the machine under test, with marks and memories of its own, and what
 * a test puts beside it. Namespaces and files have the ground's name and go with it.
 */
export class Namespaces {
  private readonly folder: string;
  private readonly nodes: string[];
  private commands: Registered[] = [];

  /**
   * @param name Begins the names of all namespaces: "kernel-1-lb".
   * @param nodes What follows there: "lb" is the director.
   */
  constructor(
    private readonly name: string,
    nodes: string[],
  ) {
    this.folder = `/tmp/${name}`;
    this.nodes = nodes;
  }

  /** Makes the namespaces and runs a script, in which `lb`, `c` and so on run a command in each. */
  begin(script: string): void {
    this.end();
    const make = this.nodes.map(
      (node) => `ip netns add ${this.of(node)}; ip -n ${this.of(node)} link set lo up`,
    );
    this.run(
      [
        `modprobe ip_vs; mkdir -p ${this.folder} /run/ipvs-lab /var/lib/ipvs-lab`,
        `cat >${this.folder}/serve.py <<'SERVE'\n${server}\nSERVE`,
        `cat >${this.folder}/program <<'PROGRAM'\n${program}\nPROGRAM`,
        `cat >${this.folder}/ask.py <<'ASK'\n${client}\nASK`,
        ...make,
        script,
      ].join("\n"),
    );
  }

  end(): void {
    this.run(
      [
        `for pid in $(cat ${this.folder}/pids 2>/dev/null); do kill $pid 2>/dev/null || true; done`,
        ...this.nodes.map((node) => `ip netns del ${this.of(node)} 2>/dev/null || true`),
        `rm -rf ${this.folder}`,
        // Other people's things keep them.
        "rmdir /run/ipvs-lab /var/lib/ipvs-lab 2>/dev/null || true",
      ].join("\n"),
    );
  }

  /** The namespace's name of a node. */
  of(node: string): string {
    return `${this.name}-${node}`;
  }

  /** Runs a script as root on the machine. @throws with what it said where it fails. */
  run(script: string): string {
    const target = process.env.IPVS_LAB_KERNEL_SSH;
    if (!target) {
      throw new Error("IPVS_LAB_KERNEL_SSH says no machine: use `npm run test:kernel`");
    }
    const inNodes = this.nodes.map((node) => `${node}() { ip netns exec ${this.of(node)} "$@"; }`);
    const join = `join() { ip link add "$2" netns "${this.name}-$1" type veth peer name "$4" netns "${this.name}-$3"; ip -n "${this.name}-$1" link set "$2" up; ip -n "${this.name}-$3" link set "$4" up; }`;
    const serve = `serve() { node=$1; shift; ip netns exec "${this.name}-$node" python3 ${this.folder}/serve.py "$node" "$@" </dev/null >/dev/null 2>&1 & echo $! >>${this.folder}/pids; }`;
    const ask = `ask() { node=$1; shift; ip netns exec "${this.name}-$node" python3 ${this.folder}/ask.py "$@"; }`;
    const input = ["set -e", ...inNodes, join, serve, ask, script].join("\n");
    const { status, stdout, stderr } = spawnSync(
      "ssh",
      [...target.split(" "), "sudo", "-n", "bash", "-s"],
      { input, encoding: "utf8", maxBuffer: 1 << 26 },
    );
    if (status !== 0) {
      throw new Error(`${stdout}${stderr}`);
    }
    return stdout + stderr;
  }

  /** Runs what a program's Commands would run on the director, one after the other, and returns their output. */
  async up(declare: (host: Host) => void, more: Partial<HostArgs> = {}): Promise<string> {
    const before = this.commands;
    const resources = await registered(() => {
      declare(new Host("lb", { ...login, ...more }));
    });
    this.commands = resources.filter(isObject);
    const left = before.filter(({ name }) => this.commands.every((c) => c.name !== name));
    const applies = this.commands.map(({ inputs }) => this.words(String(inputs.create), inputs));
    const removals = left.reverse().map(({ inputs }) => this.words(String(inputs.delete), inputs));
    return this.run([...applies, ...removals].join("\n"));
  }

  /** Removes all of it again. */
  down(): string {
    const removals = this.commands.toReversed();
    this.commands = [];
    return this.run(
      removals.map(({ inputs }) => this.words(String(inputs.delete), inputs)).join("\n"),
    );
  }

  /** What a preview would say of the director now, of all that was applied. */
  wrong(): string[] {
    const seen = parseHostState(this.run(this.inside("observe")));
    const all = this.commands.map(declared);
    return all.flatMap((object) => {
      const { differences, conflict } = detectDrift(object, seen, "lb", all);
      return [...differences, ...(conflict === undefined ? [] : [conflict])];
    });
  }

  /** Why the preview of another program would be refused, after something was applied. */
  async refused(declare: (host: Host) => void): Promise<string[]> {
    const resources = await registered(() => {
      declare(new Host("lb", login));
    });
    const seen = parseHostState(this.run(this.inside("observe")));
    const all = resources.filter(isObject).map(declared);
    return all.flatMap((object) => detectDrift(object, seen, "lb", all).conflict ?? []);
  }

  /** Runs the program on another node, with what its script reads. */
  program(node: string, words: string, stdin: string): string {
    return this.run(`${this.inside(words, node)} <<'STDIN'\n${stdin}\nSTDIN`);
  }

  private words(line: string, { stdin }: Registered["inputs"]): string {
    return `${this.inside(line.replace(`${programPath} `, ""))} <<'STDIN'\n${String(stdin)}\nSTDIN`;
  }

  private inside(words: string, node = "lb"): string {
    const places = ["run", "lib"].map((kind) => `${this.folder}/${node}/${kind}`);
    const binds = `mkdir -p ${places.join(" ")}; mount --bind ${places[0]} /run/ipvs-lab; mount --bind ${places[1]} /var/lib/ipvs-lab`;
    return `ip netns exec ${this.of(node)} unshare -m sh -c ${shellQuote(`${binds}; exec sh ${this.folder}/program ${words}`)}`;
  }
}

const login: HostArgs = {
  ssh: {
    host: "192.0.2.1",
    user: "root",
    privateKey: "-----BEGIN PRIVATE KEY-----\n",
    hostKey: "ssh-ed25519 AAAA",
  },
  interface: "eth0",
  address: "192.0.2.10/24",
  address6: "2001:db8:10::10/64",
};

/**
 * A director with two members on its own network (w1, w2), which answer clients themselves at the virtual
 * addresses 192.0.2.100 and 2001:db8:10::100, and two behind it (m1, m2); c is a client.
 */
export const nodes = ["sw", "lb", "c", "w1", "w2", "m1", "m2"];

/** That network for the tests of a file: made before them, and empty of services after each. */
export function directorLab(name: string): Namespaces {
  const lab = new Namespaces(name, nodes);
  beforeAll(() => {
    lab.begin(network());
  }, 120_000);
  afterAll(() => {
    lab.end();
  }, 60_000);
  afterEach(() => {
    lab.down();
  }, 120_000);
  return lab;
}

/** The script that makes it; servers answer at port 80, those behind it at 8080, too. */
export function network(): string {
  const plug = (node: string, device: string, segment: string) =>
    `join ${node} ${device} sw ${node}${device}; sw ip link set ${node}${device} master ${segment}`;
  const has = (node: string, device: string, four: string, six: string) =>
    `${node} ip addr add ${four} dev ${device}; ${node} ip addr add ${six} dev ${device} nodad`;
  const fronts = ["lb", "c", "w1", "w2"];
  return [
    "for s in front back; do sw ip link add $s type bridge; sw ip link set $s up; done",
    ...fronts.map((node) => plug(node, "eth0", "front")),
    plug("lb", "eth1", "back"),
    ...["m1", "m2"].map((node) => plug(node, "eth0", "back")),
    has("lb", "eth0", "192.0.2.10/24", "2001:db8:10::10/64"),
    has("lb", "eth1", "198.51.100.1/24", "2001:db8:20::1/64"),
    has("c", "eth0", "192.0.2.50/24", "2001:db8:10::50/64"),
    ...["w1", "w2"].flatMap((node, i) => [
      `${node} sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2`,
      has(node, "eth0", `192.0.2.2${i + 1}/24`, `2001:db8:10::2${i + 1}/64`),
      `${node} ip addr add 192.0.2.100/32 dev lo scope host`,
      `${node} ip addr add 2001:db8:10::100/128 dev lo nodad preferred_lft 0`,
      `serve ${node} 80`,
    ]),
    ...["m1", "m2"].flatMap((node, i) => [
      has(node, "eth0", `198.51.100.2${i + 1}/24`, `2001:db8:20::2${i + 1}/64`),
      `${node} ip route add default via 198.51.100.1; ${node} ip route add default via 2001:db8:20::1`,
      `serve ${node} 80 8080`,
    ]),
  ].join("\n");
}

/** One connection after the other, or datagrams from one port: prints who answered each, or why nobody did. */
const client = `
import socket, sys, time
address, port, times = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
kind = sys.argv[4] if len(sys.argv) > 4 else "tcp"
family = socket.AF_INET6 if ":" in address else socket.AF_INET
for i in range(times):
    s = socket.socket(family, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
    s.settimeout(2)
    try:
        s.connect((address, port))
        s.sendall(b"x")
        print(s.recv(100).decode().split()[0])
    except OSError as error:
        print(type(error).__name__ if isinstance(error, (TimeoutError, ConnectionError)) else error)
    s.close()
`;

/** Answers each TCP connection and each datagram to the ports with its name and who asked; its name, then the ports. */
const server = `
import socket, sys, threading
def tcp(s):
    while True:
        c, peer = s.accept()
        def talk(c=c, peer=peer):
            try:
                data = c.recv(65536)
                while data:
                    c.sendall((sys.argv[1] + " " + peer[0] + "\\n").encode())
                    data = c.recv(65536)
            except OSError: pass
            c.close()
        threading.Thread(target=talk, daemon=True).start()
def udp(s):
    while True:
        data, peer = s.recvfrom(65536)
        s.sendto((sys.argv[1] + " " + peer[0] + "\\n").encode(), peer)
# A datagram is answered from where it was sent to, the virtual addresses as far as the node has them.
for port in sys.argv[2:]:
    for kind, work, address in ((socket.SOCK_STREAM, tcp, "::"), (socket.SOCK_DGRAM, udp, "::"),
            (socket.SOCK_DGRAM, udp, "::ffff:192.0.2.100"), (socket.SOCK_DGRAM, udp, "2001:db8:10::100")):
        s = socket.socket(socket.AF_INET6, kind)
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try: s.bind((address, int(port)))
        except OSError: continue
        if kind == socket.SOCK_STREAM: s.listen(128)
        threading.Thread(target=work, args=(s,), daemon=True).start()
threading.Event().wait()
`;
