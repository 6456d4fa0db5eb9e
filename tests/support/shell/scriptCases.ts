import { spec } from "../../../components/host/kernel";
import { keepalivedScripts } from "./keepalivedScriptCases";
import {
  aNamespace,
  anInstance,
  decides,
  Detail,
  fileName,
  heldWord,
  inFileName,
  ipvsWord,
  ipWords,
  isIpv4,
  object,
  Script,
  script,
  short,
  someWeight,
  veth,
  serviceLines,
} from "./valuePlaces";

/** A real server's own side with a tunnel's end. */
function realServer(name: string, tunnel: string, details: Record<string, Detail>): Script {
  const { places, runs } = object("realserver", {
    // Compared by awk's words.
    vip: { ...short, also: [inFileName], whole: (v) => fileName(v) && heldWord(v) },
    server: {},
    interface: {},
    address: { ...short, whole: (v) => ipvsWord(v) && !v.includes(":") },
    tunnel: decides(tunnel),
    checksum: decides("csum"),
    ...details,
  });
  return { name, places, runs };
}

export const scripts: Script[] = [
  object("director", {
    packages: { ...decides("ipvsadm curl"), isPath: true },
    purge: {},
    clients: { whole: fileName },
    sysctls: decides("conntrack=1 sync_ports=4"),
    timeouts: decides("tcp=300 udp=60"),
    master: decides("mcast=enp0s8, syncid=7, group=224.0.0.81, port=8848, ttl=1"),
    backup: decides("mcast=enp0s8, syncid=0, group=ff02::81, port=8849, ttl=2"),
  }),
  object(
    "address",
    {
      // Compared by awk's words, and grep would take "-" for an option.
      address: {
        ...short,
        also: [inFileName, (v) => v.replace(/\/[^/]*$/, "")],
        whole: (v) => isIpv4(v) && fileName(v) && !/^-|[ \t]/.test(v),
      },
      interface: { ...short, whole: fileName },
    },
    spec,
    ({ address }) => ({ present: address }),
  ),
  object(
    "netns",
    {
      namespace: { ...short, whole: fileName, values: ipWords },
      veth: { ...veth, values: ipWords },
      address: { values: ipWords },
      prefix: { values: ipWords },
      gateway: { values: ipWords },
      source: { values: ipWords },
      interface: {},
    },
    spec,
    ({ veth }) => ({ absent: veth }),
  ),
  object(
    "webserver",
    {
      server: decides("apache"),
      instance: anInstance,
      // That of IPv6 stands in brackets.
      address: { whole: isIpv4 },
      port: {},
      listen: {},
      namespace: {},
      running: {},
      purge: {},
      page: {},
    },
    ({ page = "", ...settings }) => `${spec(settings)}\n${page}\n`,
  ),
  object("nat", {
    vip: {
      ...short,
      also: [inFileName, (v) => v.replaceAll(".", "_")],
      // That of IPv6 makes another table.
      whole: (v) => fileName(v) && !v.includes(":"),
    },
    network: {},
  }),
  object("firewallmark", {
    mark: { ...short, also: [inFileName, (v) => v.replace(/[.:]/g, "_")], whole: fileName },
    vip: {
      ...short,
      also: [inFileName, (v) => v.replace(/[.:]/g, "_")],
      whole: (v) => isIpv4(v) && fileName(v),
    },
    protocol: {},
    ports: {},
  }),
  realServer("realserver in a namespace", "gre", { namespace: aNamespace, uplink: veth }),
  realServer("realserver behind GUE", "gue", { port: { ...short, whole: heldWord } }),
  object("redirect", {
    // Part of a file's name with the two others, and of a table's.
    vip: {
      ...short,
      most: 60,
      also: [inFileName, (v) => v.replace(/[.:]/g, "_")],
      whole: (v) => isIpv4(v) && fileName(v),
    },
    port: { ...short, most: 60, whole: fileName },
    protocol: { ...short, most: 60, whole: fileName },
    address: {},
    target_port: {},
    network: {},
  }),
  object(
    "service",
    {
      SECONDS: decides("30"),
      vip: { ...short, whole: (v) => fileName(v) && ipvsWord(v) },
      member: { whole: ipvsWord },
      scheduler: {},
      forwarding: {},
      weight: someWeight,
    },
    serviceLines,
  ),
  ...keepalivedScripts,
  script(
    "proof",
    {
      OWNER: {},
      url: {},
      requests: decides("2"),
      service: {},
      name: { whole: (v) => !v.includes("\t") },
      answer: { whole: (v) => !/^\t|\t$/.test(v) },
    },
    ({ OWNER: owner = "", name = "", answer = "", ...settings }) => [
      {
        words: ["proof", "read", owner],
        stdin: `${spec(settings)}\n${name}\t${answer}\n`,
        scene: { BODY: answer },
      },
    ],
  ),
  script("table", { OWNER: {}, service: {} }, ({ OWNER: owner = "", service }) => [
    { words: ["table", "read", owner], stdin: service },
  ]),
  script("host check", { INTERFACE: {} }, ({ INTERFACE: value = "" }) => [
    { words: ["host", "check", value] },
  ]),
];
