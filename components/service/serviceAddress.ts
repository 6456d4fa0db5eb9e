import { place } from "../args/place";
import { firstPort, portsText } from "../ipvs/clientPorts";
import { ServiceAddress } from "../ipvs/serviceLines";
import { ValidService } from "./serviceSchema";
import { familyOf } from "./validation/input";

/** The key of a service in the kernel. */
export function addressOf({
  vip,
  port = 0,
  protocol = "tcp",
  ...mark
}: ValidService): ServiceAddress {
  const { firewallMark } = mark;
  return firewallMark === undefined
    ? { protocol, address: vip?.address ?? "", port }
    : { firewallMark, family: familyOf({ vip, family: mark.family }) };
}

/** For people: "tcp 10.10.10.100:80". */
export function titleOf({
  vip,
  port,
  ports,
  protocol = "tcp",
  firewallMark,
}: ValidService): string {
  if (firewallMark === undefined) {
    return `${protocol} ${place(vip?.address ?? "", port ?? 0)}`;
  }
  const marked = vip && ports ? `, which ${portsText(ports, protocol)} of ${vip.address} get` : "";
  return `of firewall mark ${firewallMark}${marked}`;
}

/** An address for a web browser or curl inside the network; undefined if no address is known. */
export function urlOf({ vip, port, ports, protocol = "tcp" }: ValidService): string | undefined {
  const first = firstPort("tcp", ports ?? (port ? [port] : []), protocol);
  return vip && first ? `http://${place(vip.address, first)}/` : undefined;
}
