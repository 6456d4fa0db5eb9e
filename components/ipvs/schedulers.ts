/** All schedulers. A machine's kernel may lack some: Debian 12's has no twos. */
// prettier-ignore
export const schedulers = [
  "rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh", "twos",
] as const;
/** The schedulers, which choose the next real server, by the kernel's names (ipvsadm(8), --scheduler). */
export type Scheduler = (typeof schedulers)[number];

/** All flags of schedulers. */
// prettier-ignore
export const schedulerFlags = [
  "sh-fallback", "sh-port", "mh-fallback", "mh-port", "flag-1", "flag-2", "flag-3",
] as const;
/**
 * The flags of some schedulers (ipvsadm(8), --sched-flags); flag-1 to flag-3 are for schedulers whose flags have no
 * names.
 */
export type SchedulerFlag = (typeof schedulerFlags)[number];
