import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Machine, text, verdict } from "../../support/hostState";
import { IpvsMachine } from "../../support/shell/ipvsMachine";

const service = ["-A -t 192.0.2.100:80 -s rr", "-a -t 192.0.2.100:80 -r 192.0.2.21:80 -g -w 1"];
const address = ["address 192.0.2.100/24", "interface tbr"];
const nat = ["vip 192.0.2.100", "network 192.0.2.0/24"];
const marked = ["mark 7", "vip 192.0.2.100", "protocol tcp", "ports 443"];
const table = (name: string) => [`table ip ${name} {`, "\tchain postrouting {", "\t}", "}"];
const lo = { ifname: "lo", flags: ["UP"], addr_info: [{ local: "192.0.2.100", prefixlen: 32 }] };
const tbr = { ifname: "tbr", flags: ["UP"], addr_info: [{ local: "192.0.2.100", prefixlen: 24 }] };

/** Each kind that may come back at boot from somebody's file, and what of it is there. */
const kinds: [kind: string, key: string, settings: string[], there: Machine, title: string][] = [
  [
    "service",
    "-t 192.0.2.100:80",
    service,
    { services: service },
    "virtual service -t 192.0.2.100:80",
  ],
  ["servicetable", "p:s:x", service, { services: service }, "table x"],
  ["address", "192.0.2.100:24@tbr", address, { links: [tbr] }, "address 192.0.2.100/24 on tbr"],
  [
    "nat",
    "192.0.2.100",
    nat,
    { tables: table("ipvs_lab_192_0_2_100") },
    "source NAT for 192.0.2.100 (nftables table ip ipvs_lab_192_0_2_100)",
  ],
  [
    "firewallmark",
    "7@192.0.2.100",
    marked,
    { tables: table("ipvs_lab_mark_7_192_0_2_100") },
    "firewall mark 7 for 192.0.2.100 (nftables table ip ipvs_lab_mark_7_192_0_2_100)",
  ],
  [
    "realserver",
    "p:s:x",
    ["vip 192.0.2.100", "server n1", "interface tbr"],
    { links: [lo] },
    "what the real server needs for 192.0.2.100",
  ],
];

describe.each(kinds)("operations 12.1: a %s that comes back at boot", (...args) => {
  const [kind, key, settings, there, title] = args;
  const object = { kind, owner: "p/s/x", desired: text(settings) };
  const memory = (owner: string, boot: string): Machine => ({
    ...there,
    memories: [[`${kind}/${key}`, owner, boot]],
  });

  test("is recognised by its record, and marked again by the next up", () => {
    const { conflict, differences, fingerprint } = verdict(object, memory("p/s/x", "before"));
    expect(conflict).toBeUndefined();
    expect(differences.slice(0, 2)).toEqual([
      "lb has rebooted",
      expect.stringMatching(new RegExp(`^${escaped(title)} is back from elsewhere \\(`)),
    ]);
    expect(fingerprint).not.toBe("");
  });

  test("is somebody else's where there is no record, or that of another, or of this boot", () => {
    for (const machine of [there, memory("p/other/x", "before"), memory("p/s/x", "b00t")]) {
      expect(verdict(object, machine).conflict).toMatch(/was not made by ipvs-lab/);
    }
  });
});

function escaped(words: string): string {
  return words.replace(/[()[\]./]/g, "\\$&");
}

test("operations 12.1: a table whose services came back at boot is taken up by the script, another's is not", () => {
  const machine = new IpvsMachine();
  try {
    machine.apply("servicetable", "p/s/x", service);
    // What is under /run goes with a reboot, and the kernel's services are somebody's file's.
    const root = join(machine.folder, "root");
    rmSync(join(root, "run/ipvs-lab/servicetable"), { recursive: true });
    writeFileSync(join(root, "proc/sys/kernel/random/boot_id"), "another\n");
    const theirs = machine.apply("servicetable", "p/other/x", service);
    expect(theirs.stderr).toContain("was not made by ipvs-lab");
    const { status, stderr } = machine.apply("servicetable", "p/s/x", service);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    machine.remove("servicetable", "p/s/x", service);
    expect(machine.saved()).toEqual([]);
  } finally {
    machine.close();
  }
});
