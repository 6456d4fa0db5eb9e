import { optionProtocols } from "../../components/ipvs/protocols.js";

/** A virtual service as the machine has it. */
export interface Service {
  /** In ipvsadm's words: "-t 10.10.10.100:80", "-f 1 -6". */
  key: string;
  /** "tcp", "udp" or "sctp"; undefined for a firewall mark. */
  protocol?: string;
  /** Undefined for a firewall mark. */
  vip?: string;
  /** The port, or the firewall mark. */
  port: string;
  options: Map<string, string>;
  members: string[];
}

/** The services in the lines of `ipvsadm -Sn`. */
export function servicesIn(lines: string[]): Service[] {
  const services: Service[] = [];
  for (const line of lines) {
    const [, key, words] = /^-A (.*?) (-s .*)$/.exec(line) ?? [];
    if (key !== undefined) {
      const [option = "", place = ""] = key.split(" ");
      const [, vip, port = place] = /^\[?(.*?)\]?:(\d+)$/.exec(place) ?? [];
      const options = optionsOf(words?.split(" ") ?? []);
      services.push({
        key,
        protocol: optionProtocols.get(option),
        vip,
        port,
        options,
        members: [],
      });
    } else if (line.startsWith("-a ")) {
      services.at(-1)?.members.push(line);
    }
  }
  return services;
}

function optionsOf(words: string[]): Map<string, string> {
  const options = new Map<string, string>();
  words.forEach((word, i) => {
    const next = words[i + 1];
    if (word.startsWith("-")) {
      options.set(word, next === undefined || next.startsWith("-") ? "" : next);
    }
  });
  return options;
}

/** The parts of a member's line. */
export function memberOf(line: string) {
  const [, server = "", rest = ""] = / -r (\S+) (.*)$/.exec(line) ?? [];
  const [, address = "", port = ""] = /^\[?(.*?)\]?:(\d+)$/.exec(server) ?? [];
  return { server, address, port, options: optionsOf(rest.split(" ")) };
}
