import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Director, Host, IpvsService, IpvsTable, RealServer, Vip } from "../../../components";
import type { Table } from "../work.js" with { "resolution-mode": "import" };

const config = new pulumi.Config();
const { identityFile, ...login } = config.requireObject<{
  host: string;
  port: number;
  user: string;
  hostKey: string;
  identityFile: string;
}>("login");
const privateKey = pulumi.secret(readFileSync(identityFile, "utf8"));

const host = new Host("director", {
  ssh: { ...login, privateKey },
  ...{ interface: "enp0s8", address: "10.10.10.1/24" },
});
const what = process.env.IPVS_LAB_BENCH;
const isChecked = what === "checked table";
const director = new Director("director", { host, engine: isChecked ? "keepalived" : "ipvsadm" });
const table = JSON.parse(readFileSync("table.json", "utf8")) as Table;

if (what === "services" || what === "plain members") {
  const vip = new Vip("vip", { host, address: "10.10.10.100" });
  for (const { port, members } of table) {
    const realServers =
      what === "services"
        ? members.map((member) => new RealServer(`${port}-${member.address}`, { ...member }))
        : members;
    new IpvsService(`service-${port}`, { director, vip, port, scheduler: "rr", realServers });
  }
} else {
  // As many addresses as there are services, told to a router that is not there.
  const bgp = { asn: 65001, neighbors: [{ address: "10.10.10.254", asn: 65000 }] };
  const after = (what === "announced" ? table : []).map(
    (_, i) =>
      new Vip(`vip-${i}`, {
        ...{ directors: [director], address: `10.90.${i >> 8}.${i & 255}`, announce: { bgp } },
      }),
  );
  new IpvsTable("table", {
    ...{ director, after },
    drainTimeout: 0,
    services: table.map(({ members, ...service }) => ({
      ...{ ...service, scheduler: "rr" as const },
      realServers: members,
      // An emulated machine makes some 500 checks a second.
      ...(isChecked && { check: { type: "tcp" as const, interval: 60 } }),
    })),
  });
}
