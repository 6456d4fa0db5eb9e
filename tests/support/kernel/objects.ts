import { spec } from "../../../components/host/kernel";

/** One object of each kind that needs neither systemd nor packages, as its component declares it. */
export interface One {
  kind: string;
  desired: string;
  options?: string[];
}

const lines = (...all: string[]) => all.map((line) => `${line}\n`).join("");

export const objects: Record<string, One> = {
  director: {
    kind: "director",
    desired: spec({ packages: "ipvsadm nftables", sysctls: "conntrack=1", timeouts: "tcp=800" }),
  },
  vip: { kind: "address", desired: spec({ address: "192.0.2.100/24", interface: "tbr" }) },
  vip6: { kind: "address", desired: spec({ address: "2001:db8:10::100/64", interface: "tbr" }) },
  web: {
    kind: "service",
    desired: lines(
      "-A -t 192.0.2.100:80 -s rr -p 300",
      "-a -t 192.0.2.100:80 -r 192.0.2.21:80 -g -w 1",
      "-a -t 192.0.2.100:80 -r 192.0.2.22:80 -g -w 2 -x 100 -y 50",
    ),
    options: ["0"],
  },
  web6: {
    kind: "service",
    desired: lines(
      "-A -t [2001:db8:10::100]:80 -s sh -b sh-port",
      "-a -t [2001:db8:10::100]:80 -r [2001:db8:10::21]:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-csum",
    ),
    options: ["0"],
  },
  tunnels: {
    kind: "service",
    desired: lines(
      "-A -f 7 -s wlc",
      "-a -f 7 -r 192.0.2.21:0 -i -w 1 --tun-type ipip",
      "-a -f 7 -r 192.0.2.22:0 -i -w 1 --tun-type gre --tun-csum",
    ),
    options: ["0"],
  },
  table: {
    kind: "servicetable",
    desired: lines(
      "-A -u 192.0.2.100:53 -s rr -o",
      "-a -u 192.0.2.100:53 -r 192.0.2.21:53 -m -w 1",
      "-A --sctp-service 192.0.2.100:99 -s mh -b mh-fallback",
      "-a --sctp-service 192.0.2.100:99 -r 192.0.2.21:99 -m -w 3",
    ),
    options: ["0"],
  },
  mark: {
    kind: "firewallmark",
    desired: spec({ mark: 7, vip: "192.0.2.100", protocol: "tcp", ports: "443, 8000-8999" }),
  },
  mark6: {
    kind: "firewallmark",
    desired: spec({ mark: 8, vip: "2001:db8:10::100", protocol: "udp", ports: "443" }),
  },
  nat: { kind: "nat", desired: spec({ vip: "192.0.2.100", network: "192.0.2.0/24" }) },
  nat6: { kind: "nat", desired: spec({ vip: "2001:db8:10::100", network: "2001:db8:10::/64" }) },
  redirect: {
    kind: "redirect",
    desired: spec({
      ...{ vip: "192.0.2.101", port: 80, protocol: "tcp", address: "192.0.2.21" },
      ...{ target_port: 8080, network: "192.0.2.0/24" },
    }),
  },
  redirect6: {
    kind: "redirect",
    desired: spec({
      ...{ vip: "2001:db8:10::101", port: 80, protocol: "udp", address: "2001:db8:10::21" },
      ...{ target_port: 8080 },
    }),
  },
  gate: {
    kind: "realserver",
    desired: spec({ vip: "192.0.2.150", server: "n1", interface: "tbr" }),
  },
  tunnel: {
    kind: "realserver",
    desired: spec({
      ...{ vip: "192.0.2.151", server: "n2", interface: "tbr" },
      ...{ address: "192.0.2.10", tunnel: "gre" },
    }),
  },
  netns: {
    kind: "netns",
    desired: spec({
      ...{ namespace: "n3", veth: "vethn3", address: "192.0.2.30", prefix: 24 },
      ...{ gateway: "192.0.2.10", source: "192.0.2.10", interface: "tbr" },
    }),
  },
};
