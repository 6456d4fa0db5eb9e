import { spec } from "../../../components/kernel";
import type { Scene } from "./machine";

/** One run of the program. */
export interface Run {
  words: string[];
  stdin?: string;
  scene?: Scene;
}

/** A place in a command line or in what is desired where a value stands. */
export interface Place {
  /** A value that nothing takes for anything; no part of another word. */
  harmless: string;
  /** How else the value may reach a tool: as part of a file's name, for one. */
  also: ((value: string) => string)[];
  /** Values that the components never make could lead the script out of its folders. */
  isPath?: boolean;
  /** The most bytes that a value can have there. */
  most: number;
  /**
   * Values without line ends with which the script must do all that it does with the harmless one. All
   * that the components admit are among them. Undefined where the value decides what is done.
   */
  whole?: (value: string) => boolean;
}

export type Values = Record<string, string>;

/** A kind of object, with every place of it where a value may stand. */
export interface Script {
  name: string;
  places: Record<string, Place>;
  /** What is run, one after the other on one machine. */
  runs: (values: Values) => Run[];
}

type Detail = Partial<Place>;

const inFileName = (value: string) => value.replaceAll("/", ":");
/** A file's name may have 255 bytes, and two values may stand in one. */
const short = { most: 100, also: [inFileName] };
/** What decides needs a value that means something. */
const decides = (harmless: string) => ({ harmless, whole: undefined });
/** A file's name loses a "/" at its end, and a line that the shell reads the blanks at both. */
const fileName = (value: string) => !/^[ \t]|[ \t/]$|^\.\.?$/.test(value);
/** ipvsadm and the script split lines at blanks, and awk reads a backslash as its own. */
const ipvsWord = (value: string) => /^[^\s\\]+$/.test(value);

/** Draining makes 0 of the digits that a weight begins with; the harmless one begins with none. */
const someWeight: Detail = { whole: (value) => !/^\d/.test(value) };

/** Scripts take what has a colon for an address of IPv6, and do something else with it. */
const isIpv4 = (value: string) => !value.includes(":");

/** Part of a file's name, of what `find -path` looks for, and of a line that is split at blanks. */
const OWNER = {
  ...short,
  isPath: true,
  whole: (v: string) => fileName(v) && !/[*?[\\]/.test(v),
};
const GENERATION = {};

function script(
  name: string,
  details: Record<string, Detail>,
  runs: (values: Values) => Run[],
): Script {
  const places = Object.entries(details).map(([key, detail]): [string, Place] => {
    const harmless = `X${key}/of.harm`;
    return [key, { harmless, also: [], most: 100_000, whole: () => true, ...detail }];
  });
  return { name, places: Object.fromEntries(places), runs };
}

/** An object that is made and removed again. */
function object(
  kind: string,
  details: Record<string, Detail>,
  desired: (values: Values) => string = spec,
  scene: (values: Values) => { absent?: string; present?: string } = () => ({}),
): Script {
  return script(kind, { OWNER, GENERATION, ...details }, (values) => {
    const { OWNER: owner = "", GENERATION: why = "", SECONDS: seconds, ...settings } = values;
    const options = seconds === undefined ? [] : [seconds];
    const stdin = desired(settings);
    const { absent = "", present = "yes" } = scene(values);
    return [
      {
        words: ["--generation", why, kind, "apply", owner, ...options],
        stdin,
        scene: { ABSENT: absent },
      },
      { words: [kind, "remove", owner, ...options], stdin, scene: { PRESENT: present } },
    ];
  });
}

const serviceLines = ({ vip = "", member = "", scheduler = "", forwarding = "", weight = "" }) =>
  `-A -t ${vip} -s ${scheduler}\n-a -t ${vip} -r ${member} ${forwarding} -w ${weight}\n`;

/** sysctl has "/" where a name has a dot; "=" ends the name of a setting that is remembered. */
const veth: Detail = {
  ...short,
  also: [(v) => v.replaceAll(".", "/"), (v) => v.replace(/[./]/g, ":")],
  whole: (v) => !v.includes("="),
};
/** A folder's name as it is: no namespace that ip knows has a slash in it. */
const aNamespace: Detail = {
  harmless: "Xnamespace",
  isPath: true,
  most: 60,
  whole: (v) => !v.includes("/") && !/^\.\.?$/.test(v),
};

/** Part of a path as it is: slug() leaves no slash in it. */
const anInstance: Detail = {
  harmless: "Xinstance",
  isPath: true,
  most: 100,
  whole: (v) => !v.includes("/") && fileName(v),
};

/** "=" ends the name of what is held; what has a colon is of IPv6, and other things are done. */
const heldWord = (value: string) => ipvsWord(value) && !/[:=]/.test(value);

/** A real server's own side with a tunnel's end. */
function realServer(name: string, tunnel: string, details: Record<string, Detail>): Script {
  const { places, runs } = object("realserver", {
    // Compared by awk's words.
    vip: { ...short, also: [inFileName], whole: heldWord },
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
        whole: (v) => isIpv4(v) && !/^-|[ \t]/.test(v),
      },
      interface: { ...short, whole: fileName },
    },
    spec,
    ({ address }) => ({ present: address }),
  ),
  object(
    "netns",
    {
      namespace: { ...short, whole: fileName },
      veth,
      address: {},
      prefix: {},
      gateway: {},
      source: {},
      interface: {},
    },
    spec,
    ({ veth }) => ({ absent: veth }),
  ),
  object(
    "webserver",
    {
      server: decides("apache"),
      // A path as it is: slug() leaves no slash in it.
      instance: { harmless: "Xinstance", isPath: true, most: 100, whole: (v) => !v.includes("/") },
      address: {},
      port: {},
      listen: {},
      namespace: {},
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
  object("keepalived", { instance: anInstance, purge: {} }),
  script(
    "keepalivedservice",
    {
      OWNER,
      GENERATION,
      INSTANCE: { ...anInstance, harmless: "Xinstance" },
      FILE: { ...anInstance, harmless: "Xfile" },
      SECONDS: decides("30"),
      vip: { ...short, whole: (v) => fileName(v) && ipvsWord(v) },
      member: { whole: ipvsWord },
      scheduler: {},
      forwarding: {},
      weight: someWeight,
      config: {},
    },
    ({ OWNER: owner = "", GENERATION: why = "", INSTANCE = "", FILE = "", ...values }) => {
      const words = [owner, INSTANCE, FILE, values.SECONDS ?? ""];
      const inhibited = `inhibit ${values.member ?? ""}`;
      const stdin = `${serviceLines(values)}${inhibited}\n\n${values.config ?? ""}\n`;
      return [
        { words: ["keepalived", "apply", "p/s/d"], stdin: spec({ instance: INSTANCE }) },
        { words: ["--generation", why, "keepalivedservice", "apply", ...words], stdin },
        { words: ["keepalivedservice", "remove", ...words], stdin },
      ];
    },
  ),
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

export function harmlessValues({ places }: Script): Values {
  return Object.fromEntries(Object.entries(places).map(([key, { harmless }]) => [key, harmless]));
}
