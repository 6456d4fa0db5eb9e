import type { Forwarding, Tunnel } from "../../../components/ipvs/forwarding.js";
import type { Words } from "../statements/block.js";

/** A forwarding method with its tunnel. */
export interface Method {
  forwarding: Forwarding;
  tunnel?: Tunnel;
}

const methods: Partial<Record<string, Forwarding>> = { NAT: "masquerade", DR: "gate", TUN: "ipip" };
const checksums = ["nocsum", "csum", "remcsum"] as const;

/** "NAT", "DR" or "TUN type gue port 6080 csum"; undefined, and named, if it is none. */
export function methodOf(words: Words): Method | undefined {
  const forwarding = methods[words.at(1)];
  if (forwarding === undefined) {
    words.omit(`${words.at(1) || "nothing"} is none of NAT, DR and TUN`);
    return undefined;
  }
  if (forwarding !== "ipip") {
    words.upTo(1);
    return { forwarding };
  }
  const tunnel: Tunnel = {};
  for (let i = 2; words.at(i) !== ""; i++) {
    const word = words.at(i);
    const type = (["ipip", "gue", "gre"] as const).find((one) => one === words.at(i + 1));
    const checksum = checksums.find((one) => one === word);
    if (word === "type" && type) {
      tunnel.type = type;
      i++;
    } else if (word === "port") {
      tunnel.port = words.integer(1, 65535, ++i);
    } else if (checksum) {
      tunnel.checksum = checksum;
    } else {
      words.omit(`${word} is no option of a tunnel`);
    }
  }
  return { forwarding, ...(Object.keys(tunnel).length > 0 && { tunnel }) };
}
