import {
  Director,
  IpvsService,
  RealServer,
  SourceNat,
  StaticRedirect,
  Vip,
} from "../../../components";
import { Program } from "../testbed";

export const directors: Record<string, Program> = {
  "timeouts of connections": {
    declare: (testbed) => {
      testbed.director({ timeouts: { tcp: 1200, tcpFin: 60, udp: 30 } });
    },
  },
  "settings of all kinds": {
    warnings: [/^sysctls\.run_estimation: 0 stops the kernel's counters/],
    declare: (testbed) => {
      testbed.director({
        sysctls: {
          ...{ conn_reuse_mode: 0, conntrack: 1, expire_nodest_conn: 0 },
          ...{ expire_quiescent_template: 0, sloppy_tcp: 1, sloppy_sctp: 1 },
          ...{ cache_bypass: 1, ignore_tunneled: 1, nat_icmp_send: 1, pmtu_disc: 0 },
          ...{ run_estimation: 0, schedule_icmp: 1, snat_reroute: 0, backup_only: 1 },
          ...{ drop_entry: 1, drop_packet: 3, secure_tcp: 1, am_droprate: 20, amemthresh: 2048 },
          ...{ sync_ports: 2, sync_persist_mode: 1, sync_qlen_max: 4096, sync_refresh_period: 10 },
          ...{
            sync_retries: 2,
            sync_sock_size: 65536,
            sync_version: 1,
            sync_threshold: " 5  100 ",
          },
        },
      });
    },
  },
  "settings of estimations": {
    declare: (testbed) => {
      testbed.director({ sysctls: { est_cpulist: "0", est_nice: -5 } });
    },
  },
  "settings that are as the kernel has them": {
    declare: (testbed) => {
      testbed.director({
        timeouts: { tcp: 900 },
        sysctls: { sync_threshold: "3 50", conntrack: 0, conn_reuse_mode: 1 },
      });
    },
  },
  "daemons that synchronise": {
    declare: (testbed) => {
      testbed.director({
        syncDaemons: [
          { role: "master", interface: "rest0" },
          {
            ...{ role: "backup", interface: "rest0", id: 7, group: "239.1.2.3", port: 8850 },
            ...{ ttl: 3, maxLength: 1400 },
          },
        ],
      });
    },
  },
  "a daemon that synchronises over IPv6": {
    declare: (testbed) => {
      const master = { role: "master", interface: "rest0", id: 255, maxLength: 500 } as const;
      testbed.director({
        syncDaemons: [{ ...master, group: "FF02::1:0081", port: 8849, ttl: 255 }],
      });
    },
  },
  "clients on the director itself": {
    declare: (testbed) => {
      const { director, vip } = testbed.balanced({ localClients: true, purgePackages: true });
      const realServers = [new RealServer("here", { address: "127.0.0.1", port: 8080 })];
      new IpvsService("web", { director, vip, port: 80, realServers });
    },
  },
  "two directors that share a machine": {
    declare: (testbed) => {
      const host = testbed.host();
      const [a, b] = ["a", "b"].map(
        (name) => new Director(name, { host, timeouts: { tcp: 300 }, sysctls: { sloppy_tcp: 1 } }),
      );
      [a, b].forEach((director, i) => {
        const vip = new Vip(`vip${i}`, { host, address: `192.0.2.${100 + i}` });
        const realServers = [new RealServer(`app${i}`, { address: "192.0.2.21" })];
        new IpvsService(`web${i}`, { director, vip, port: 80, realServers });
      });
    },
  },
  "virtual addresses of all kinds": {
    before: "ip address add 192.0.2.104/32 dev rest0",
    declare: (testbed) => {
      const host = testbed.host();
      new Vip("usual", { host, address: "192.0.2.100" });
      new Vip("routed", { host, address: "198.18.0.1", prefix: 32 });
      new Vip("network", { host, address: "198.18.1.1", prefix: 24 });
      new Vip("loopback", { host, address: "198.18.2.1", interface: "lo" });
      new Vip("adopted", { host, address: "192.0.2.104", prefix: 32, adopt: true });
      new Vip("six", { host, address: "2001:db8:10::100" });
      new Vip("six-routed", { host, address: "2001:DB8:FF::0:1" });
      new Vip("six-loopback", { host, address: "2001:db8:fe::1", prefix: 128, interface: "lo" });
    },
  },
  "source NAT for clients of both families": {
    declare: (testbed) => {
      const { director, vip } = testbed.balanced();
      new SourceNat("own", { director, vip });
      const other = new Vip("other", { host: director.host, address: "192.0.2.101" });
      new SourceNat("given", { director, vip: other, network: "198.51.100.0/25" });
      const six = new Vip("six", { host: director.host, address: "2001:db8:10::100" });
      new SourceNat("six", { director, vip: six });
      const six2 = new Vip("six2", { host: director.host, address: "2001:db8:10::101" });
      new SourceNat("six2", { director, vip: six2, network: "2001:DB8:5:0::/48" });
    },
  },
  "redirections without IPVS": {
    declare: (testbed) => {
      const { director, vip } = testbed.balanced();
      const four = { director, vip };
      new StaticRedirect("same", { ...four, port: 80, address: "192.0.2.21" });
      new StaticRedirect("other", { ...four, port: 81, address: "192.0.2.21", targetPort: 8080 });
      new StaticRedirect("udp", { ...four, port: 53, protocol: "udp", address: "192.0.2.22" });
      const six = new Vip("six", { host: director.host, address: "2001:db8:10::100" });
      new StaticRedirect("six", {
        ...{ director, vip: six, port: 80, address: "2001:DB8:10::0021", targetPort: 8080 },
      });
    },
  },
  "tables of nftables that others made, taken over": {
    before: "nft add table ip ipvs_lab_192_0_2_100; nft add table ip ipvs_lab_tcp_192_0_2_100_81",
    declare: (testbed) => {
      const { director, vip } = testbed.balanced();
      new SourceNat("nat", { director, vip, adopt: true });
      const to = { address: "192.0.2.21", targetPort: 8080 };
      new StaticRedirect("redirect", { director, vip, port: 81, adopt: true, ...to });
    },
  },
};
