import { IpvsService, RealServer, Scheduler, SchedulerFlag } from "../../../components";
import { Testbed, Program } from "../testbed";

/** Two members of other weights for each scheduler, one service beside the other. */
function services(testbed: Testbed, ...kinds: [Scheduler, ...SchedulerFlag[]][]): void {
  const { director, vip } = testbed.balanced();
  kinds.forEach(([scheduler, ...schedulerFlags], i) => {
    const name = [scheduler, ...schedulerFlags].join("-");
    const realServers = [21, 22].map(
      (end) => new RealServer(`${name}-${end}`, { address: `192.0.2.${end}`, weight: end - 20 }),
    );
    new IpvsService(name, {
      ...{ director, vip, port: 80 + i, scheduler, realServers },
      ...(schedulerFlags.length > 0 && { schedulerFlags }),
    });
  });
}

function by(...kinds: [Scheduler, ...SchedulerFlag[]][]): Program {
  return {
    declare: (testbed) => {
      services(testbed, ...kinds);
    },
  };
}

export const schedulers: Record<string, Program> = {
  "schedulers by turns and by connections": by(["rr"], ["wrr"], ["lc"], ["wlc"]),
  "schedulers by hashes and by destinations": by(["dh"], ["sh"], ["mh"], ["lblc"], ["lblcr"]),
  "a scheduler of two choices": by(["twos"]),
  "schedulers by delays and one after the other": {
    ...by(["sed"], ["nq"], ["fo"], ["ovf"]),
    warnings: [/^scheduler: ovf gives a member one connection more/],
  },
  "flags of schedulers": by(
    ["sh", "sh-port", "sh-fallback"],
    ["sh", "sh-fallback"],
    ["mh", "mh-fallback", "mh-port"],
    ["rr", "flag-3", "flag-1", "flag-2"],
    ["sh", "flag-2"],
    ["mh", "flag-1"],
  ),
  "one scheduler by default": {
    declare: (testbed) => {
      const { director, vip } = testbed.balanced();
      const usual = { address: "192.0.2.21", forwarding: "masquerade" } as const;
      const realServers = [new RealServer("app", usual)];
      new IpvsService("web", { director, vip, port: 80, protocol: "tcp", realServers });
    },
  },
};
