import {
  Director,
  Host,
  IpvsService,
  RealServer,
  RealServerArgs,
  Vip,
} from "../../../../components";
import { IpvsServiceArgs } from "../../../../components";
import { KeepalivedMember, configuration } from "../../../../components/keepalived/configuration";
import { Check } from "../../../../components/keepalived/healthCheck";
import { command, Registered, registered } from "../../../support/pulumi/mocks";

/** Each of these texts passed `keepalived --config-test` of keepalived 2.2.7. */

const web = { protocol: "tcp", address: "10.10.10.100", port: 80, scheduler: "rr" } as const;
const one: KeepalivedMember = {
  address: "10.10.10.2",
  port: 80,
  forwarding: "masquerade",
  weight: 1,
  upperThreshold: 0,
  lowerThreshold: 0,
  inhibitOnFailure: false,
};

test("a member is checked by a connection every two seconds where nothing else is said", () => {
  expect(configuration(web, [one])).toBe(`virtual_server 10.10.10.100 80 {
  protocol TCP
  lvs_sched rr
  real_server 10.10.10.2 80 {
    weight 1
    lvs_method NAT
    TCP_CHECK {
      connect_timeout 2
      retry 1
      delay_before_retry 1
      delay_loop 2
      warmup 0
    }
  }
}
`);
});

test("a service says all that it has, and so does each of its members", () => {
  const check: Check = {
    type: "http",
    port: 8080,
    path: "/health?full=1",
    status: [200, 204],
    digest: "9b3a0c85a887a256d6939da88aabd8cd",
    host: "www.example.org",
    timeout: 1,
    interval: 5,
    retries: 0,
    retryDelay: 4,
  };
  const service = {
    ...web,
    scheduler: "sh",
    schedulerFlags: ["sh-port", "flag-1"],
    persistence: { timeout: 60, netmask: "255.255.255.0" },
    quorum: 2,
    hysteresis: 1,
    sorryServer: { address: "10.10.10.9", port: 8000 },
    alpha: true,
    omega: true,
  } as const;
  const members: KeepalivedMember[] = [
    { ...one, weight: 3, upperThreshold: 100, lowerThreshold: 50, inhibitOnFailure: true, check },
    { ...one, address: "10.10.10.3", weight: 0, forwarding: "gate", check: { type: "http" } },
  ];
  expect(configuration({ ...service, schedulerFlags: [...service.schedulerFlags] }, members))
    .toBe(`virtual_server 10.10.10.100 80 {
  protocol TCP
  lvs_sched sh
  sh-fallback
  sh-port
  persistence_timeout 60
  persistence_granularity 255.255.255.0
  alpha
  omega
  quorum 2
  hysteresis 1
  sorry_server 10.10.10.9 8000
  sorry_server_lvs_method NAT
  real_server 10.10.10.2 80 {
    weight 3
    lvs_method NAT
    uthreshold 100
    lthreshold 50
    inhibit_on_failure
    HTTP_GET {
      url {
        path /health?full=1
        status_code 200 204
        digest 9b3a0c85a887a256d6939da88aabd8cd
        virtualhost www.example.org
      }
      connect_port 8080
      connect_timeout 1
      retry 0
      delay_before_retry 4
      delay_loop 5
      warmup 0
    }
  }
  real_server 10.10.10.3 80 {
    weight 0
    lvs_method DR
    HTTP_GET {
      url {
        path /
        status_code 200-299
      }
      connect_timeout 2
      retry 1
      delay_before_retry 1
      delay_loop 2
      warmup 0
    }
  }
}
`);
});

test("a service of a mark says its family, and members behind tunnels how these are packed", () => {
  const members: KeepalivedMember[] = [
    {
      ...one,
      port: 0,
      forwarding: "ipip",
      tunnel: { type: "gue", port: 6080, checksum: "remcsum" },
      check: { type: "script", command: "/usr/local/bin/check-db 10.10.10.2", timeout: 3 },
    },
    {
      ...one,
      address: "2001:db8::3",
      port: 0,
      forwarding: "ipip",
      check: { type: "tcp", port: 53 },
    },
  ];
  const service = { firewallMark: 7, family: "ipv6", scheduler: "mh", onePacket: true } as const;
  expect(configuration(service, members)).toBe(`virtual_server fwmark 7 {
  ip_family inet6
  lvs_sched mh
  ops
  real_server 10.10.10.2 {
    weight 1
    lvs_method TUN type gue port 6080 remcsum
    MISC_CHECK {
      misc_path "/usr/local/bin/check-db 10.10.10.2"
      misc_timeout 3
      retry 1
      delay_before_retry 1
      delay_loop 2
      warmup 0
    }
  }
  real_server 2001:db8::3 {
    weight 1
    lvs_method TUN type ipip
    TCP_CHECK {
      connect_port 53
      connect_timeout 2
      retry 1
      delay_before_retry 1
      delay_loop 2
      warmup 0
    }
  }
}
`);
});

test("a service on every port of an IPv6 address names none", () => {
  const service = {
    protocol: "udp",
    address: "2001:db8::1",
    port: 0,
    scheduler: "wlc",
    persistence: { netmask: 64, engine: "sip" },
  } as const;
  const member = { ...one, address: "2001:db8::2", port: 0 };
  const text = configuration(service, [{ ...member, check: { type: "tcp", port: 5060 } }]);
  expect(text.split("\n").slice(0, 8)).toEqual([
    "virtual_server 2001:db8::1 {",
    "  protocol UDP",
    "  lvs_sched wlc",
    "  persistence_timeout 360",
    "  persistence_granularity 64",
    "  persistence_engine sip",
    "  real_server 2001:db8::2 {",
    "    weight 1",
  ]);
});

/** What a director with keepalived registers, with one service of these members. */
function made(members: RealServerArgs[], args: Partial<IpvsServiceArgs> = {}) {
  return registered(() => {
    const host = new Host("lb", {
      machine: { name: "lb" },
      interface: "eth0",
      address: "10.10.10.1/24",
    });
    const director = new Director("director", { host, engine: "keepalived", purgePackages: true });
    const vip = new Vip("vip", { host, address: "10.10.10.100" });
    const realServers = members.map((member, i) => new RealServer(`r${i}`, member));
    return new IpvsService("web", { director, vip, port: 80, realServers, ...args });
  });
}

function wordsOf({ inputs }: Registered, verb: "create" | "delete"): string {
  return String(inputs[verb]).replace(/^\S+ (--generation new )?/, "");
}

test("a director has a keepalived of its own, which its services wait for", async () => {
  const resources = await made([{ address: "10.10.10.2" }]);
  const daemon = command(resources, "director-keepalived");
  expect(wordsOf(daemon, "create")).toBe("keepalived apply ipvs-lab/dev/director-keepalived");
  expect(daemon.inputs.stdin).toBe("instance ipvs-lab-dev-director\npurge true\n");
  expect(daemon.dependencies).toContain("director");
  expect(command(resources, "web-tcp-10.10.10.100-80").dependencies).toContain(
    "director-keepalived",
  );
});

test("what is desired of a service begins with ipvsadm's lines, and keepalived's words follow", async () => {
  const resources = await made(
    [{ address: "10.10.10.2", inhibitOnFailure: true }, { address: "10.10.10.3" }],
    { drainTimeout: 5, scheduler: "rr" },
  );
  const service = command(resources, "web-tcp-10.10.10.100-80");
  const words = "ipvs-lab/dev/web-tcp-10.10.10.100-80 ipvs-lab-dev-director tcp-10.10.10.100-80 5";
  expect(wordsOf(service, "create")).toBe(`keepalivedservice apply ${words}`);
  expect(wordsOf(service, "delete")).toBe(`keepalivedservice remove ${words}`);
  expect(service.inputs.triggers).toEqual(["lb", "-t 10.10.10.100:80", "ipvs-lab-dev-director"]);
  expect(service.inputs.stdin).toMatch(
    /^-A -t 10\.10\.10\.100:80 -s rr\n(-a .* -m -w 1\n){2}inhibit 10\.10\.10\.2:80\n\nvirtual_server /,
  );
});

test("with ipvsadm nothing of keepalived is made", async () => {
  const resources = await registered(() => {
    const host = new Host("lb", {
      machine: { name: "lb" },
      interface: "eth0",
      address: "10.10.10.1/24",
    });
    return new Director("director", { host, engine: "ipvsadm" });
  });
  expect(resources.filter(({ name }) => name.includes("keepalived"))).toEqual([]);
});
