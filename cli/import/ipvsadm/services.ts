import type { Protocol } from "../../../components/ipvs/protocols.js";
import type { Findings } from "../model/findings.js";
import type { ImportedMember, ImportedService, ServiceKey } from "../model/model.js";
import { titleOf } from "../model/model.js";
import { placeOf } from "../model/places.js";

/** The key of a service; else the reason why it is none. */
export function keyOf(
  kind: Protocol | "mark",
  place: string,
  isIpv6: boolean,
): ServiceKey | string {
  if (kind === "mark") {
    // ipvsadm prints the larger half of all marks as negative numbers.
    const mark = /^\d+$/.test(place) ? Number(place) : 0;
    return mark >= 1 && mark <= 2147483647
      ? { firewallMark: mark, family: isIpv6 ? "ipv6" : "ipv4" }
      : `firewall mark ${place} is not a whole number from 1 to 2147483647`;
  }
  const found = placeOf(place, "ipvsadm-save -n");
  return typeof found === "string" ? found : { ...found, protocol: kind };
}

/** Collects services and members, in whatever order they come. */
export class Services {
  private readonly byTitle = new Map<string, ImportedService>();
  private readonly members: { title: string; member: ImportedMember }[] = [];

  constructor(private readonly findings: Findings) {}

  add(service: Omit<ImportedService, "members">): void {
    const title = titleOf(service.key);
    if (this.byTitle.has(title)) {
      this.findings.omit(service.origin, `${title} is a service already`);
    } else {
      this.byTitle.set(title, { ...service, members: [] });
    }
  }

  addMember(key: ServiceKey, member: ImportedMember): void {
    this.members.push({ title: titleOf(key), member });
  }

  /** Sets the thresholds of a member that is there already. */
  limit(
    key: ServiceKey,
    place: { address: string; port: number },
    limits: Partial<ImportedMember>,
  ) {
    const found = this.members.find(
      ({ title, member: { address, port } }) =>
        title === titleOf(key) && address === place.address && port === place.port,
    );
    if (found) {
      Object.assign(found.member, limits);
    }
    return found !== undefined;
  }

  /** All services with their members. */
  get all(): ImportedService[] {
    for (const { title, member } of this.members.splice(0)) {
      const service = this.byTitle.get(title);
      if (service) {
        service.members.push(member);
      } else {
        this.findings.omit(
          member.origin,
          `${title}: no such service for its member ${member.address}`,
        );
      }
    }
    return [...this.byTitle.values()];
  }
}
