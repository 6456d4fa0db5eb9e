import { only, resourcePolicy } from "./definition";
import { text, texts, types, unknown } from "./resources";
import { mustBeOneOf } from "./violations";

/** The schedulers of the kernels of Debian 12 and 13; twos is only in the second. */
// prettier-ignore
export const defaultSchedulers = [
  "rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh",
];

/** The schedulers that virtual services may use. */
export const allowedSchedulers = resourcePolicy<{ schedulers: string[] }>({
  name: "allowed-schedulers",
  description: "Virtual services use only schedulers from the allowed list.",
  enforcementLevel: "mandatory",
  parameters: {
    schedulers: {
      description: "The kernel's names of the allowed schedulers.",
      type: "array",
      items: { type: "string" },
      minItems: 1,
      default: defaultSchedulers,
    },
  },
  of: only(types.service, types.table),
  check: ({ props }, { schedulers }, refuse) => {
    for (const scheduler of [text(props.scheduler) ?? [], texts(props.schedulers)].flat()) {
      mustBeOneOf(refuse, "scheduler", scheduler, schedulers);
    }
  },
});

const byClient = "it chooses by the client's address already";
const byDestination = "it chooses by the destination, to keep each on one server";
/** The purpose of each of these schedulers, which persistence defeats. */
const defeated: Record<string, string> = {
  sh: byClient,
  mh: byClient,
  dh: byDestination,
  lblc: byDestination,
  lblcr: byDestination,
  fo: "clients of a stand-by server would stay there after the first one is back",
  ovf: "a server's own clients would come back to it when it is full",
};

/**
 * Persistence asks the scheduler only for a client's first connection and then keeps the client on that server. rr,
 * wrr, lc, wlc, sed and nq still spread the clients. The others lose their purpose.
 */
export const noDefeatedPersistence = resourcePolicy<{ schedulers: string[] }>({
  name: "no-defeated-persistence",
  description: "Persistence is not combined with a scheduler that it defeats.",
  enforcementLevel: "advisory",
  parameters: {
    schedulers: {
      description: "The schedulers that persistence must not be combined with.",
      type: "array",
      items: { type: "string" },
      default: Object.keys(defeated),
    },
  },
  of: only(types.service, types.table),
  check: ({ props }, { schedulers }, refuse) => {
    const own = isOn(props.persistence) ? (text(props.scheduler) ?? []) : [];
    const persistent = [own, texts(props.persistentSchedulers)].flat();
    for (const scheduler of persistent.filter((name) => schedulers.includes(name))) {
      const reason = defeated[scheduler];
      refuse(
        `persistence with scheduler "${scheduler}" is not allowed${reason ? `, because ${reason}` : ""}; not allowed with persistence are ${schedulers.join(", ")}`,
      );
    }
  },
});

/** True for seconds above 0 or an object. Missing, false and 0 are off. */
function isOn(persistence: unknown): boolean {
  return Boolean(persistence) && persistence !== unknown;
}
