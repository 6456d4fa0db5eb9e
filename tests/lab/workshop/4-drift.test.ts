import { configure, on, plan, pulumi, succeeds } from "../../support/lab/harness";

beforeAll(() => {
  configure();
});

/** All that the program made on both machines, one line a thing, in an order that does not matter. */
async function snapshot(): Promise<string[]> {
  const director = await on(
    "machine1",
    `ipvsadm -Sn | sort; ipvsadm -Ln --thresholds | awk '$1 == "->" { print $1, $2, $3, $4 }' | sort
     ip -o -4 addr | sed 's/ *valid_lft.*//; s/^[0-9]*: //' | sort; ip route | sort; ip netns list | cut -d' ' -f1
     ip -n ns-backend2 -o -4 addr | sed 's/ *valid_lft.*//; s/^[0-9]*: //'; ip -n ns-backend2 route
     ip -n ns-backend2 -o link | sed 's/.*\\(lo\\|veth0@\\).*state \\([A-Z]*\\).*/\\1 \\2/'
     for table in $(nft list tables ip | cut -d' ' -f3 | sort); do nft list table ip $table; done
     sysctl net.ipv4.ip_forward net.ipv4.vs.conntrack net.ipv4.vs.expire_nodest_conn
     sysctl net.ipv4.conf.enp0s8.proxy_arp net.ipv4.conf.veth1.proxy_arp net.ipv4.neigh.veth1.proxy_delay
     dpkg -l ipvsadm nftables | awk '/^[a-z]/ { print $1, $2 }'
     systemctl is-active ipvs-lab-backend-2; ip netns exec ns-backend2 curl -s http://10.10.10.3/
     find /var/lib/ipvs-lab/web /etc/systemd/system/ipvs-lab* -type f -exec sha256sum {} + | sort`,
  );
  const backend = await on(
    "machine2",
    `systemctl is-active ipvs-lab-backend-1; systemctl is-enabled ipvs-lab-backend-1
     find /var/lib/ipvs-lab/web /etc/systemd/system/ipvs-lab* -type f -exec sha256sum {} + | sort
     dpkg -l apache2 | awk '/^[a-z]/ { print $1, $2 }'`,
  );
  return [...director.split("\n"), ...backend.split("\n")];
}

let untouched: string[];

test("ten previews in a row of an untouched lab are empty", async () => {
  untouched = await snapshot();
  for (let i = 0; i < 10; i++) {
    expect(await plan()).toEqual({});
  }
});

const tcp = "-t 10.10.10.100:80";
const table = "ipvs_lab_10_10_10_100";
const redirect = "ipvs_lab_tcp_10_10_10_101_80";
const web = "/var/lib/ipvs-lab/web/backend-1";
const unit = "/etc/systemd/system/ipvs-lab-backend-1.service";

/** Changes made by hand, each with what the preview must say of it; one round is repaired at once. */
const rounds: [machine: string, change: string, words: string][][] = [
  [
    [
      "machine1",
      "ip addr del 10.10.10.100/24 dev enp0s8",
      "address 10.10.10.100/24 is gone from enp0s8",
    ],
    ["machine1", `ipvsadm -e ${tcp} -r 10.10.10.3:80 -m -w 5`, "10.10.10.3:80 has weight 5, not 1"],
    [
      "machine1",
      `ipvsadm -e ${tcp} -r 10.10.10.2:80 -g -w 1`,
      "real server 10.10.10.2:80 has forwarding gate, not masquerade",
    ],
    ["machine1", `nft delete table ip ${table}`, `the nftables table ip ${table} is gone`],
    [
      "machine1",
      "ip -n ns-backend2 addr del 10.10.10.3/24 dev veth0",
      "address 10.10.10.3/24 is gone from veth0 in ns-backend2",
    ],
    ["machine2", `echo x >${web}/htdocs/index.html`, "htdocs/index.html has been changed"],
  ],
  [
    ["machine1", `ipvsadm -E ${tcp} -s lc`, `virtual service ${tcp} has scheduler lc, not rr`],
    ["machine1", `ipvsadm -d ${tcp} -r 10.10.10.2:80`, "real server 10.10.10.2:80 is gone"],
    ["machine1", "sysctl -qw net.ipv4.ip_forward=0", "net.ipv4.ip_forward is 0, not 1"],
    [
      "machine1",
      `nft insert rule ip ${table} postrouting accept`,
      `the nftables table ip ${table} has been changed`,
    ],
    ["machine1", "ip link set veth1 down", "interface veth1 is down"],
    ["machine2", `rm ${web}/htdocs/index.html`, `the page ${web}/htdocs/index.html is gone`],
  ],
  [
    [
      "machine1",
      `ipvsadm -E ${tcp} -s rr -p 300`,
      `virtual service ${tcp} has persistence 300, not none`,
    ],
    [
      "machine1",
      `ipvsadm -e ${tcp} -r 10.10.10.2:80 -m -w 1 -x 100`,
      "real server 10.10.10.2:80 has upper threshold 100, not none",
    ],
    ["machine1", `nft delete table ip ${redirect}`, `the nftables table ip ${redirect} is gone`],
    ["machine1", "sysctl -qw net.ipv4.vs.conntrack=0", "net.ipv4.vs.conntrack is 0, not 1"],
    ["machine1", "ip netns delete ns-backend2", "network namespace ns-backend2 is gone"],
    ["machine1", "true", "ipvs-lab-backend-2.service runs outside ns-backend2"],
    [
      "machine2",
      `echo 'KeepAlive Off' >>${web}/apache.conf`,
      `${web}/apache.conf has been changed`,
    ],
  ],
  [
    [
      "machine1",
      `ipvsadm -E ${tcp} -s sh -b sh-port`,
      `virtual service ${tcp} has scheduler flags sh-port, not none`,
    ],
    [
      "machine1",
      "sysctl -qw net.ipv4.vs.expire_nodest_conn=0",
      "net.ipv4.vs.expire_nodest_conn is 0, not 1",
    ],
    [
      "machine1",
      "sysctl -qw net.ipv4.conf.enp0s8.proxy_arp=0",
      "net.ipv4.conf.enp0s8.proxy_arp is 0, not 1",
    ],
    [
      "machine1",
      "ip -n ns-backend2 route replace default via 10.10.10.2",
      "the default route of ns-backend2 is 10.10.10.2, not 10.10.10.1",
    ],
    [
      "machine1",
      `nft add rule ip ${redirect} output accept`,
      `the nftables table ip ${redirect} has been changed`,
    ],
    ["machine2", `sed -i 's/^After=.*//' ${unit}`, `${unit} has been changed`],
  ],
  [
    ["machine1", "ipvsadm -C", `virtual service ${tcp} is gone`],
    ["machine1", "ip link del veth1", "interface veth0 is gone from ns-backend2"],
    ["machine1", "systemctl stop ipvs-lab-backend-2", "ipvs-lab-backend-2.service is inactive"],
    [
      "machine2",
      "systemctl -q disable ipvs-lab-backend-1 2>/dev/null; rm -f /etc/systemd/system/*/ipvs-lab-*",
      "ipvs-lab-backend-1.service does not start at boot",
    ],
  ],
  [
    ["machine1", "dpkg --remove ipvsadm >/dev/null 2>&1", "package ipvsadm is not installed"],
    ["machine1", "ip -n ns-backend2 link set lo down", "interface lo in ns-backend2 is down"],
    ["machine1", "ip route del 10.10.10.3", "the route to 10.10.10.3 by veth1 is gone"],
    ["machine2", `rm ${unit}`, `${unit} is gone`],
  ],
];

test.each(rounds.map((round) => [round.map(([, change]) => change).join("; "), round] as const))(
  "after %s a preview names each, and up puts back every line",
  async (_, round) => {
    for (const machine of ["machine1", "machine2"]) {
      const changes = round.filter(([where]) => where === machine).map(([, change]) => change);
      await on(machine, changes.join("\n"));
    }
    const { all } = await succeeds(pulumi("up", "--yes"));
    const [preview = ""] = all.split("Updating (");
    for (const [, , words] of round) {
      expect(preview).toContain(words);
    }
    expect(await snapshot()).toEqual(untouched);
  },
);

test("after all that a preview is empty", async () => {
  expect(await plan()).toEqual({});
});
