import type { Findings } from "../model/findings.js";
import { type Keywords, Words } from "../statements/block.js";

/** Times of checks, as far as they are given; a member has its service's, a check its member's. */
export interface Timers {
  timeout?: number;
  interval?: number;
  retries?: number;
  delayBeforeRetry?: number;
}

/** The keywords of checks' times, which services, members and checks have. */
export function timerKeywords(timers: Timers, findings: Findings): Keywords {
  const times = (property: keyof Timers): Keywords[string] => {
    return (statement) => {
      timers[property] = new Words(statement, findings).upTo(1).seconds() ?? timers[property];
    };
  };
  const retry: Keywords[string] = (statement) => {
    const words = new Words(statement, findings).upTo(1);
    timers.retries = words.integer(0, 100) ?? timers.retries;
  };
  return {
    connect_timeout: times("timeout"),
    delay_loop: times("interval"),
    delay_before_retry: times("delayBeforeRetry"),
    retry,
    nb_get_retry: retry,
    warmup: "the first check is made at once",
    alpha:
      "a service's, not a member's or a check's: a member that is new counts after its first check anyway",
  };
}
