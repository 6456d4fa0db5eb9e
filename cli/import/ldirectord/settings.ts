import type { Forwarding } from "../../../components/ipvs/forwarding.js";
import type { Findings } from "../model/findings.js";
import { placeOf } from "../model/places.js";
import { type Keywords, Words } from "../statements/block.js";
import type { Statement } from "../statements/statement.js";

/** A server that answers while no member lives. */
export interface Fallback {
  address: string;
  /** 0 stands for the service's. */
  port: number;
  forwarding: Forwarding;
}

/** What the whole file and each virtual service may set. */
export interface CommonSettings {
  checkTimeout?: number;
  negotiateTimeout?: number;
  checkInterval?: number;
  failureCount?: number;
  quiescent?: boolean;
  fallback?: Fallback;
  fallback6?: Fallback;
}

/** The forwarding methods by ldirectord's words. */
export const methods: Partial<Record<string, Forwarding>> = {
  ...{ gate: "gate", masq: "masquerade", ipip: "ipip" },
};

const noMail = "no mail is sent";
const noProcess = "how ldirectord itself runs";

/** The keywords that stand before all virtual services or in one of them. */
export function commonKeywords(settings: CommonSettings, findings: Findings): Keywords {
  const seconds = (property: "checkTimeout" | "negotiateTimeout" | "checkInterval") => {
    return (statement: Statement) => {
      const words = new Words(statement, findings).upTo(1);
      settings[property] = words.integer(1, 3600) ?? settings[property];
    };
  };
  return {
    checktimeout: seconds("checkTimeout"),
    negotiatetimeout: seconds("negotiateTimeout"),
    checkinterval: seconds("checkInterval"),
    failurecount: (statement) => {
      const words = new Words(statement, findings).upTo(1);
      settings.failureCount = words.integer(1, 100) ?? settings.failureCount;
    },
    checkcount: "a ping is sent once in each check",
    quiescent: (statement) => {
      settings.quiescent = new Words(statement, findings).upTo(1).boolean();
    },
    fallback: (statement) => {
      settings.fallback = fallbackOf(new Words(statement, findings)) ?? settings.fallback;
    },
    fallback6: (statement) => {
      settings.fallback6 = fallbackOf(new Words(statement, findings)) ?? settings.fallback6;
    },
    fallbackcommand: "no script runs when something changes",
    cleanstop: "services stay when keepalived stops for an update",
    emailalert: noMail,
    emailalertfreq: noMail,
    emailalertstatus: noMail,
    smtp: noMail,
  };
}

/** The keywords of the whole file alone, which have no counterpart. */
export const globalReasons: Keywords = {
  emailalertfrom: noMail,
  ...{ autoreload: noProcess, callback: noProcess, execute: noProcess, logfile: noProcess },
  supervised: noProcess,
  maintenancedir: "weight 0 takes a member out for maintenance (keepWeights keeps one set by hand)",
  readdquiescent: "a member that fails keeps its place with weight 0",
};

/** "127.0.0.1:80 gate" */
function fallbackOf(words: Words): Fallback | undefined {
  const place = placeOf(words.upTo(2).at(1));
  const method = words.at(2);
  const forwarding = method === "" ? "gate" : methods[method];
  if (typeof place === "string") {
    words.omit(place);
    return undefined;
  }
  if (!forwarding) {
    words.omit(`${method} is none of gate, masq and ipip`);
    return undefined;
  }
  return { ...place, forwarding };
}
