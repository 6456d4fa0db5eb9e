import ipaddr from "ipaddr.js";
import { memberOf, type Service } from "./ipvsadmLines.js";

/** ipvsadm's options of a service that IpvsService has properties for. */
const known = ["-s", "-p", "-M", "--pe", "-o", "-b"];

/**
 * The reason why the components cannot express a service; undefined when they can. The kernel accepts such settings,
 * but they have no effect, or another one than they seem to have.
 */
export function expressionProblem(service: Service): string | undefined {
  const { protocol, port, options } = service;
  const [flags, mask] = [options.get("-b"), options.get("-M")];
  const extra = [...options.keys()].filter((option) => !known.includes(option));
  if (extra.length > 0) {
    return `its options ${extra.join(" ")} are not supported`;
  }
  if (protocol === undefined && port.startsWith("-")) {
    return `its firewall mark ${Number(port) >>> 0} is above 2147483647: ipvsadm prints ${port}`;
  }
  if (flags === "") {
    return `its scheduler ${options.get("-s")} has a flag without a name`;
  }
  if (mask?.includes(".") && ipaddr.IPv4.parse(mask).prefixLengthFromSubnetMask() === null) {
    return `its persistence netmask ${mask} is no network's`;
  }
  if (options.has("--pe") && !options.has("-p")) {
    return "it has a persistence engine and no persistence";
  }
  if (options.has("--pe") && protocol !== undefined && protocol !== "udp") {
    return `its persistence engine ${options.get("--pe")} knows no ${protocol}`;
  }
  return service.members
    .map((line) => memberProblem(line, service))
    .find((why) => why !== undefined);
}

function memberProblem(
  line: string,
  { protocol, vip, port: servicePort }: Service,
): string | undefined {
  const { server, address, port, options } = memberOf(line);
  if (address === vip) {
    return `its member ${server} is the virtual address itself`;
  }
  const range = ipaddr.parse(address).range();
  if (["loopback", "linkLocal"].includes(range) && address.includes(":")) {
    return `its member ${server} is not another machine`;
  }
  if (address.startsWith("::")) {
    return `its member ${server} has a deprecated address`;
  }
  // With a firewall mark every packet keeps its port, whatever port the member has.
  return options.has("-m") || protocol === undefined || port === servicePort
    ? undefined
    : `its member ${server} has a port that its forwarding does not use`;
}
