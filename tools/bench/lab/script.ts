/** A machine, and the lines that are typed on it. Each line needs root, as all of the workshop's do. */
export interface Part {
  machine: "machine1" | "machine2";
  lines: string[];
}

const page = (name: string) =>
  `sh -c 'echo "Réponse du serveur ${name}" >/var/www/html/index.html'`;
const asked = (machine: Part["machine"]): Part => ({
  machine,
  lines: Array<string>(6).fill("curl -sS http://10.10.10.100/"),
});
// apache2 itself, because apachectl asks systemd, which starts the server outside the namespace.
const apache = (verb: string) =>
  `sh -c '. /etc/apache2/envvars; mkdir -p $APACHE_RUN_DIR; apache2 -k ${verb}'`;
const inside = (command: string) => `ip netns exec ns-backend2 ${command}`;

/**
 * The workshop's commands in its order, for the lab of this project. Commands that do not work are replaced: a web
 * server really runs inside the namespace, ARP announces it, and machine2 gets source NAT. `apt update` is left out,
 * because the machines reach no archive.
 */
export const workshop: Part[] = [
  {
    machine: "machine2",
    lines: ["apt-get install -y apache2", page("BACKEND-1"), "systemctl restart apache2"],
  },
  {
    machine: "machine1",
    lines: [
      "apt-get install -y ipvsadm iproute2 curl nftables apache2",
      "ip netns add ns-backend2",
      "ip link add veth0 type veth peer name veth1",
      "ip link set veth0 netns ns-backend2",
      "ip link set veth1 up",
      inside("ip addr add 10.10.10.3/24 dev veth0"),
      inside("ip link set veth0 up"),
      inside("ip link set lo up"),
      "ip route add 10.10.10.3/32 dev veth1 src 10.10.10.1",
      inside("ip route add default via 10.10.10.1"),
      "sysctl -w net.ipv4.ip_forward=1",
      "sysctl -w net.ipv4.conf.enp0s8.proxy_arp=1",
      "sysctl -w net.ipv4.conf.veth1.proxy_arp=1",
      page("BACKEND-2"),
      inside(apache("start")),
      "ip addr add 10.10.10.100/24 dev enp0s8",
      "ipvsadm -A -t 10.10.10.100:80 -s rr",
      "ipvsadm -a -t 10.10.10.100:80 -r 10.10.10.2:80 -m",
      "ipvsadm -a -t 10.10.10.100:80 -r 10.10.10.3:80 -m",
      "sysctl -w net.ipv4.vs.conntrack=1",
      "nft add table ip lab",
      "nft add chain ip lab after '{ type nat hook postrouting priority 100; }'",
      "nft add rule ip lab after ip saddr 10.10.10.0/24 ct original ip daddr 10.10.10.100 masquerade",
      // The static redirection, to compare with.
      "ip addr add 10.10.10.101/24 dev enp0s8",
      "nft add chain ip lab before '{ type nat hook prerouting priority -100; }'",
      "nft add rule ip lab before ip daddr 10.10.10.101 tcp dport 80 dnat to 10.10.10.2",
      "nft add chain ip lab own '{ type nat hook output priority -100; }'",
      "nft add rule ip lab own ip daddr 10.10.10.101 tcp dport 80 dnat to 10.10.10.2",
      "nft add rule ip lab after ip saddr 10.10.10.0/24 ct original ip daddr 10.10.10.101 masquerade",
    ],
  },
  asked("machine1"),
  asked("machine2"),
  { machine: "machine1", lines: ["ipvsadm -Ln"] },
];

/** The workshop's clean-up, and commands for the rest; not measured. */
export const cleanUp: Part[] = [
  {
    machine: "machine1",
    lines: [
      "ipvsadm -C",
      "nft delete table ip lab",
      "ip addr del 10.10.10.100/24 dev enp0s8",
      "ip addr del 10.10.10.101/24 dev enp0s8",
      inside(apache("stop")),
      "ip netns delete ns-backend2",
      "sysctl -w net.ipv4.vs.conntrack=0",
      "sysctl -w net.ipv4.conf.enp0s8.proxy_arp=0",
      "sysctl -w net.ipv4.ip_forward=0",
    ],
  },
  { machine: "machine2", lines: ["systemctl stop apache2"] },
];
