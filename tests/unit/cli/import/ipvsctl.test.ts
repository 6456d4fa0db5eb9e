import type { Answer } from "../../../support/import/imported";
import { importedTexts } from "../../../support/import/importedTexts";

const odd = `# Anchors, merges, parameters and mistakes.
x-pool: &pool
  sched: wlc
services:
  - <<: *pool
    address: tcp://192.0.2.1:80
    destinations: &farm
      - address: 198.51.100.21
        forward: nat
        weight: heavy
      - address: 198.51.100.22:\${env.PORT}
      - weight: 1
      - address: 198.51.100.23:80
        forward: masq
  - address: tcp://\${host.eth0}:80
  - address: udp://192.0.2.1:53
    destinations: *farm
    persistence: 60
  - address: 192.0.2.1:80
  - address: fwmark:0
  - sched: rr
`;
const texts: [name: string, text: string, error: string][] = [
  ["odd.yaml", odd, ""],
  [
    "tabs.yaml",
    "services:\n\t- address: tcp://192.0.2.1:80\n",
    "tabs.yaml:2:1: Tabs are not allowed as indentation",
  ],
  ["list.yaml", "services: tcp://192.0.2.1:80\n", "list.yaml:1:11: a list belongs here"],
  [
    "map.yaml",
    "services:\n  - tcp://192.0.2.1:80\n",
    "map.yaml:2:5: properties with values belong here",
  ],
  ["value.yaml", "services:\n  - address: [tcp]\n", "value.yaml:2:14: a single value belongs here"],
  [
    "endless.yaml",
    "services:\n  - &a\n    <<: *a\n    address: tcp://192.0.2.1:80\n",
    "endless.yaml:3:5: merges do not end",
  ],
  ["twice.yaml", "services: []\nservices: []\n", "twice.yaml:2:1: Map keys must be unique"],
];
let all: Answer[];

beforeAll(() => {
  all = importedTexts(texts);
});

test("anchors and merges are read, parameters and mistakes are named with their lines", () => {
  expect(all[0]?.services).toEqual([
    "5 192.0.2.1:80/tcp scheduler=wlc",
    "8   198.51.100.21 80 weight=0 forwarding=masquerade",
    "13   198.51.100.23 80 weight=0 forwarding=gate",
    "16 192.0.2.1:53/udp scheduler=rr",
    "8   198.51.100.21 53 weight=0 forwarding=masquerade",
    "13   198.51.100.23 53 weight=0 forwarding=gate",
  ]);
  expect(all[0]?.omitted).toEqual([
    "odd.yaml:2: x-pool: import does not know this property",
    "odd.yaml:10: heavy is not a whole number from 0 to 65535",
    "odd.yaml:11: ${env.PORT}: its value is not in the file; write it there, and import again",
    "odd.yaml:12: a destination without an address",
    "odd.yaml:14: masq is none of direct, nat and tunnel",
    "odd.yaml:15: ${host.eth0}: its value is not in the file; write it there, and import again",
    "odd.yaml:18: persistence: import does not know this property",
    "odd.yaml:13: its port 80 has no effect, because forwarding gate leaves packets the service's 53",
    "odd.yaml:19: 192.0.2.1:80 is no address such as tcp://192.0.2.1:80 or fwmark:7",
    "odd.yaml:20: fwmark:0 is no address such as tcp://192.0.2.1:80 or fwmark:7",
    "odd.yaml:21: a service without an address",
  ]);
});

test.each(texts.slice(1).map(([name, , error], i) => ({ name, error, i })))(
  "$name is refused with line and column",
  ({ error, i }) => {
    expect(all[i + 1]?.error).toBe(error);
  },
);
