import { place } from "../../args/place";
import { invalid } from "../../args/problems";
import { checkRealServerSetup } from "../../backends/realServerSetup";
import { reserveService, ServiceReservation } from "../../host/reservations";
import { clientPorts } from "../../ipvs/clientPorts";
import { serviceKey } from "../../ipvs/serviceLines";
import { directorProblems } from "../../vip/directors";
import { addressOf } from "../serviceAddress";
import { ValidService } from "../serviceSchema";
import { engineProblems } from "./engine";
import { familyOf } from "./input";
import { optionProblems } from "./options";
import { keyProblems } from "./serviceKey";

/**
 * Checks the arguments of an IpvsService against each other, and reserves its address and port.
 * @throws pulumi.RunError with all problems.
 */
export function validateService(name: string, service: ValidService): void {
  const { vip, directors } = service;
  const members = service.realServers.map((r) => ({
    label: r.label,
    address: r.address,
    forwarding: r.forwarding,
    port: r.portIn(service.port ?? 0),
  }));
  const input = { ...service, members };
  const problems = [
    ...keyProblems(input),
    ...optionProblems(input),
    ...engineProblems(service, familyOf(service)),
    ...directorProblems(directors, vip),
  ];
  if (problems.length > 0) {
    throw invalid("IpvsService", name, problems);
  }
  for (const director of directors) {
    checkRealServerSetup(name, { ...service, director });
    reserveService({ type: "IpvsService", name, host: director.host }, reservationOf(service));
  }
}

function reservationOf(service: ValidService): ServiceReservation {
  const { vip, port = 0, ports, protocol = "tcp", firewallMark } = service;
  const address = vip?.address ?? "";
  // Port 0 gets only what no other service of the address gets.
  const all = ports ?? (vip && port ? [port] : []);
  return {
    key: serviceKey(addressOf(service)),
    ...(firewallMark === undefined
      ? { property: "port", title: `${place(address, port)}/${protocol}` }
      : { property: "firewallMark", title: String(firewallMark) }),
    ports: clientPorts(address, all, protocol),
  };
}
