import { spawn } from "node:child_process";
import { place } from "../../../components/args/place";
import { program, spec } from "../../../components/host/kernel";
import { serviceKey, serviceLines } from "../../../components/ipvs/serviceLines";
import {
  KeepalivedMember,
  KeepalivedService,
  configuration,
} from "../../../components/keepalived/configuration";
import { Check } from "../../../components/keepalived/healthCheck";
import { TableEntry, tableConfiguration } from "../../../components/keepalived/tableConfiguration";

export interface Said {
  code: number;
  text: string;
}

/** A member at one of the testbed's addresses. */
export interface Member {
  address: string;
  port: number;
  weight?: number;
  upperThreshold?: number;
  check?: Check;
  inhibitOnFailure?: boolean;
}

interface Options extends Partial<KeepalivedService> {
  /** Seconds that members which leave have for their connections. */
  drain?: number;
  /** The word with which members that others added are removed; of a table. */
  sharing?: "exclusive";
  /** The name of a table. @default "t" */
  name?: string;
  /** Its drift fingerprint. @default its name */
  generation?: string;
}

export const instance = "kl-cases-d";
export const unit = `keepalived-${instance}.service`;
export const vip = "192.0.2.100";
/** These two live, at port 80; at the third address is nobody. */
export const [m1, m2, nobody] = ["198.51.100.21", "198.51.100.22", "198.51.100.29"] as const;

const path = "/var/lib/ipvs-lab/bin/ipvs-lab-kl-cases";

/** A director's keepalived on the machine under test, and members in network namespaces of their own. */
export class KeepalivedTestbed {
  private constructor(private readonly target: string[]) {}

  static async build(): Promise<KeepalivedTestbed> {
    const target = process.env.IPVS_LAB_KERNEL_SSH;
    if (!target) {
      throw new Error("IPVS_LAB_KERNEL_SSH says no machine");
    }
    const testbed = new KeepalivedTestbed(target.split(" "));
    await testbed.must(
      `mkdir -p ${path.replace(/\/[^/]*$/, "")}; cat >${path}; chmod 755 ${path}`,
      program,
    );
    await testbed.clear(); // of a run that was killed
    await testbed.must(world);
    await testbed.daemon("apply");
    return testbed;
  }

  /** Takes back all of it, whatever a test has left. */
  async end(): Promise<void> {
    await this.clear();
    await this.must(`rm -f ${path}`);
  }

  private async clear(): Promise<void> {
    await this.daemon("remove");
    await this.sh(
      `rm -f /var/lib/ipvs-lab/keepalivedservice/*${vip}* /var/lib/ipvs-lab/keepalivedtable/kl:cases:* /run/ipvs-lab/servicetable/kl:cases:*
       for n in 1 2; do for p in $(ip netns pids klcase$n); do kill $p; done; ip netns del klcase$n; done
       ip link del klcases; rm -rf /run/klcases; ipvsadm -Sn | sed -n 's/^-A \\(-t ${vip}:[0-9]*\\) .*/\\1/p' | while read -r s; do ipvsadm -D $s; done`,
    );
  }

  daemon(verb: "apply" | "remove"): Promise<Said> {
    const words = `--generation g keepalived ${verb} kl/cases/d`;
    return this.sh(`${path} ${words}`, spec({ instance, purge: "false" }));
  }

  /** One run of the program, as a Command has it. */
  service(
    verb: "apply" | "remove",
    port: number,
    members: Member[],
    { drain = 2, ...options }: Options = {},
  ): Promise<Said> {
    const words = `kl/cases/s${port} ${instance} s${port} ${drain}`;
    return this.sh(
      `${path} --generation g${port} keepalivedservice ${verb} ${words}`,
      text(port, members, options),
    );
  }

  /** One run of the program for a table with these services, by their ports. */
  services(
    verb: "apply" | "remove",
    services: Record<number, Member[]>,
    { drain = 2, sharing, name = "t", generation = name, ...options }: Options = {},
  ): Promise<Said> {
    const words = `kl/cases/${name} ${instance} table-${name} ${drain} ${sharing ?? ""}`;
    const entries = Object.entries(services).map(([port, members]) =>
      entry(Number(port), members, options),
    );
    const lines = entries.flatMap((one) => serviceLines(one.service, one.members));
    const inhibited = entries.flatMap(({ service, members }) =>
      members
        .filter(({ inhibitOnFailure }) => inhibitOnFailure)
        .map((m) => `inhibit ${serviceKey(service)} -r ${place(m.address, m.port)}`),
    );
    return this.sh(
      `${path} --generation '${generation}' keepalivedtable ${verb} ${words}`,
      `${[...lines, ...inhibited].join("\n")}\n\n${tableConfiguration(entries)}`,
    );
  }

  /** The same for the table that a director of engine "ipvsadm" has. */
  plainServices(verb: "apply" | "remove", services: Record<number, Member[]>): Promise<Said> {
    const lines = Object.entries(services).flatMap(([port, members]) => {
      const one = entry(Number(port), members, {});
      return serviceLines(one.service, one.members);
    });
    return this.sh(
      `${path} --generation t servicetable ${verb} kl/cases/t 2`,
      lines.map((line) => `${line}\n`).join(""),
    );
  }

  /** The members that the kernel has for a port of the virtual address, with their weights. */
  async table(port: number): Promise<string[]> {
    const { text: all } = await this.sh("ipvsadm -Sn");
    return [...all.matchAll(new RegExp(`^-a -t ${vip}:${port} -r (\\S+) .*-w (\\d+)`, "gm"))]
      .map(([, member, weight]) => `${member} ${weight}`)
      .sort();
  }

  async must(script: string, stdin = ""): Promise<string> {
    const { code, text: all } = await this.sh(script, stdin);
    if (code !== 0) {
      throw new Error(all);
    }
    return all;
  }

  /** A script of root's, and what it says on both channels. */
  sh(script: string, stdin = ""): Promise<Said> {
    return new Promise((resolve) => {
      const quoted = `'${script.replaceAll("'", "'\\''")}'`;
      const run = spawn("ssh", [...this.target, `sudo sh -c ${quoted}`]);
      let all = "";
      for (const channel of [run.stdout, run.stderr]) {
        channel.on("data", (data: Buffer) => (all += data.toString()));
      }
      run.on("close", (code) => {
        resolve({ code: code ?? 1, text: all });
      });
      run.stdin.end(stdin);
    });
  }
}

function text(port: number, members: Member[], options: Partial<KeepalivedService>): string {
  const { service, members: all } = entry(port, members, options);
  const inhibited = all
    .filter(({ inhibitOnFailure }) => inhibitOnFailure)
    .map((m) => `inhibit ${place(m.address, m.port)}`);
  return `${[...serviceLines(service, all), ...inhibited].join("\n")}\n\n${configuration(service, all)}`;
}

function entry(port: number, members: Member[], options: Partial<KeepalivedService>): TableEntry {
  const service = {
    protocol: "tcp" as const,
    address: vip,
    port,
    ...{ scheduler: "rr" as const, ...options },
  };
  const all = members.map((m): KeepalivedMember => ({
    forwarding: "masquerade",
    weight: 1,
    upperThreshold: 0,
    lowerThreshold: 0,
    ...m,
    inhibitOnFailure: m.inhibitOnFailure ?? false,
  }));
  return { service, members: all };
}

const world = `set -e
modprobe ip_vs
ip link add klcases type bridge
ip link set klcases up
ip addr add 198.51.100.1/24 dev klcases
ip addr add ${vip}/32 dev klcases
for n in 1 2; do
  ip netns add klcase$n
  ip link add klcase$n type veth peer name eth0 netns klcase$n
  ip link set klcase$n master klcases up
  ip -n klcase$n link set lo up
  ip -n klcase$n link set eth0 up
  ip -n klcase$n addr add 198.51.100.2$n/24 dev eth0
  ip -n klcase$n route add default via 198.51.100.1
  mkdir -p /run/klcases/$n
  echo "member $n" >/run/klcases/$n/index.html
  ip netns exec klcase$n setsid python3 -m http.server -d /run/klcases/$n 80 >/dev/null 2>&1 </dev/null &
done
sleep 2
`;
