import type { MemberInput } from "./input";

/** A service whose address several directors announce at once. */
export interface AnnouncedService {
  vip?: { isAnnounced: boolean };
  directors: { syncDaemons: unknown[]; maintenance: boolean }[];
  scheduler: string;
  members: Pick<MemberInput, "forwarding">[];
}

/**
 * Warnings of what loses connections when routers move flows from one active director to another, one line each.
 * docs/scale.md has the measurements.
 */
export function announcedWarnings(service: AnnouncedService): string[] {
  const { vip, directors, scheduler, members } = service;
  if (!vip?.isAnnounced || directors.length < 2) {
    return [];
  }
  const count = directors.length;
  const synchronised = directors.every(({ syncDaemons }) => syncDaemons.length > 0);
  return [
    ...(["mh", "sh"].includes(scheduler)
      ? []
      : [
          `scheduler: ${scheduler} chooses on each of the ${count} directors for itself; when a director comes or goes, routers move flows to another one, which gives ` +
            (synchronised
              ? "those another member that syncDaemons have not told it of, and they are reset"
              : "most of them another member, and they are reset") +
            ': "mh" chooses alike on all of them',
        ]),
    ...(members.some(({ forwarding }) => forwarding === "masquerade")
      ? [
          `realServers: answers of members by masquerade must pass the director that has taken the request, and there are ${count}: choose forwarding "gate" or "ipip", or give each director a SourceNat`,
        ]
      : []),
    ...(directors.every(({ maintenance }) => maintenance)
      ? ["directors: all are in maintenance, so nobody announces the address"]
      : []),
  ];
}
