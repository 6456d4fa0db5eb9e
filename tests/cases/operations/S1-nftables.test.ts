import { Machine, text, verdict } from "../../support/hostState";

/** Two chains with an empty line between them, as nft prints a table. */
function chains(head: string): string[] {
  return [
    `table ${head} {`,
    "\tchain prerouting {",
    "\t\ttype filter hook prerouting priority mangle; policy accept;",
    "\t}",
    "",
    "\tchain output {",
    "\t\ttype nat hook output priority -100; policy accept;",
    "\t}",
    "}",
  ];
}

const kinds: [kind: string, key: string, table: string, settings: string[]][] = [
  [
    "firewallmark",
    "7@192.0.2.100",
    "ip ipvs_lab_mark_7_192_0_2_100",
    ["mark 7", "vip 192.0.2.100", "protocol tcp", "ports 443"],
  ],
  ["nat", "192.0.2.100", "ip ipvs_lab_192_0_2_100", ["vip 192.0.2.100", "network 192.0.2.0/24"]],
  [
    "redirect",
    "tcp [2001:db8::1]:80",
    "ip6 ipvs_lab_tcp_2001_db8__1_80",
    ["vip 2001:db8::1", "port 80", "protocol tcp", "address 2001:db8::2", "target_port 80"],
  ],
];

describe.each(kinds)("operations S1: the nftables table of a %s", (kind, key, table, settings) => {
  const machine = (tables: string[]): Machine => ({
    marks: [{ kind, key, owner: "p/s/x", also: chains(table), settings }],
    tables,
  });
  const object = { kind, owner: "p/s/x", desired: text(settings) };

  test("that is as it was made is at rest", () => {
    expect(verdict(object, machine(chains(table)))).toEqual({
      fingerprint: "g new",
      differences: [],
    });
  });

  test("that a later nft prints in other words is at rest", () => {
    const later = chains(table).map((line) => line.replace("priority -100", "priority dstnat"));
    expect(verdict(object, machine(later)).differences).toEqual([]);
  });

  test("that somebody changed, or took away, is said to be so", () => {
    const changed = chains(table).map((line) => line.replace("accept", "drop"));
    expect(verdict(object, machine(changed)).differences).toEqual([
      `the nftables table ${table} has been changed`,
    ]);
    expect(verdict(object, machine([])).differences).toEqual([
      `the nftables table ${table} is gone`,
    ]);
  });
});
