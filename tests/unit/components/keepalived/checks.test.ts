import type { Check } from "../../../../components/keepalived/healthCheck";
import { read } from "../../../support/keepalivedService";

/** The checks that speak another protocol than a service over TCP. keepalived 2.2.7 accepted each of these texts. */

const rhythm = `
      retry 1
      delay_before_retry 1
      delay_loop 2
      warmup 0
    }
`;

/** The lines of a member's check, without those that all checks have. */
async function linesOf(check: Check): Promise<string[]> {
  const text = await read([{ address: "10.10.10.2", check }]);
  const [, block = ""] = text.split("lvs_method NAT\n");
  const [lines = "", rest] = block.split(rhythm);
  expect(rest).toBeDefined();
  return lines.split("\n").map((line) => line.trim());
}

test.each<[Check, string[]]>([
  [{ type: "dns" }, ["DNS_CHECK {", "type SOA", "name .", "connect_timeout 2"]],
  [
    { type: "dns", recordType: "AAAA", name: "www.example.org", port: 5353, timeout: 1 },
    ["DNS_CHECK {", "type AAAA", "name www.example.org", "connect_port 5353", "connect_timeout 1"],
  ],
  [{ type: "smtp" }, ["SMTP_CHECK {", "connect_timeout 2"]],
  [
    { type: "smtp", helo: "lb.example.org", port: 2525 },
    ["SMTP_CHECK {", "helo_name lb.example.org", "connect_port 2525", "connect_timeout 2"],
  ],
  [{ type: "ping" }, ["PING_CHECK {", "connect_timeout 2"]],
  [{ type: "udp", requireReply: true }, ["UDP_CHECK {", "require_reply", "connect_timeout 2"]],
  [
    { type: "udp", payload: "0a0b", reply: "0aXx", port: 514 },
    [
      ...["UDP_CHECK {", "payload 0a0b", "require_reply 0aXx", "min_reply_length 2"],
      ...["max_reply_length 65535", "connect_port 514", "connect_timeout 2"],
    ],
  ],
])("%j is written in keepalived's words", async (check, lines) => {
  expect(await linesOf(check)).toEqual(lines);
});

test.each<[Partial<Check>, string]>([
  [{}, "connect_timeout 4"],
  [{ requireReply: false }, "connect_timeout 4"],
  [{ timeout: 9 }, "connect_timeout 9"],
  [{ requireReply: true, timeout: 1 }, "connect_timeout 1"],
  [{ reply: "00" }, "connect_timeout 2"],
])(
  "a check over UDP %j takes so long that ARP can give up, unless an answer must come",
  async (given, line) => {
    expect((await linesOf({ type: "udp", ...given })).at(-1)).toBe(line);
  },
);
