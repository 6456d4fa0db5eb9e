import type { RedirectTarget } from "../components/nat/staticRedirect.js";
import type { Answers } from "../components/proof/answers.js";
import type { Traffic } from "../components/proof/traffic.js";
import type { ServiceMember } from "../components/service/serviceMember.js";
import { outputs } from "./outputs.js";
import type { Machines } from "./ssh.js";
import { commandFor } from "./stackSetting.js";

/** The outputs of a stack whose lab is up (index.ts). */
export interface Lab {
  balanced: {
    director: string;
    /** The machines of further directors, if there are some: they take over, or with a router are at work as well. */
    moreDirectors?: string[];
    /** The router that spreads connections over all directors, with the address by which it knows each. */
    router?: { machine: string; directors: Record<string, string> };
    url: string;
    scheduler: string;
    persistence?: object;
    members: ServiceMember[];
    /** The way of the requests, if backends log their clients. */
    traffic?: Traffic;
    /** The same service over IPv6. */
    ipv6?: { url: string; answers: Record<string, Answers> };
  };
  redirected?: { url: string; target: RedirectTarget };
  answers: Record<string, Answers>;
  table: string;
  /** Each thing's description, by its name (components/host/explained.ts). */
  objects: Partial<Record<string, { machine: string }>>;
  program: string;
  machines: Machines;
  clients: string[];
}

/** The lab's outputs. @throws Error when the stack has no lab that is up. */
export async function labOf(stack: string): Promise<Lab> {
  const entries = Object.entries(await outputs(stack)).filter(([, value]) => value !== null);
  const lab = Object.fromEntries(entries) as Partial<Lab>;
  if (!lab.balanced || !lab.clients || !lab.machines || !lab.program) {
    throw new Error(`stack ${stack} is not up: run \`${commandFor(stack, "npm start")}\``);
  }
  return { objects: {}, ...lab } as Lab;
}
