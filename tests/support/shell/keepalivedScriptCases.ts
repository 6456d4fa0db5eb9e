import { spec } from "../../../components/host/kernel";
import {
  anInstance,
  decides,
  fileName,
  GENERATION,
  ipvsWord,
  isIpv4,
  object,
  OWNER,
  script,
  Script,
  serviceLines,
  short,
  someWeight,
  inFileName,
} from "./valuePlaces";

/** What is written for keepalived, and read by it. */
export const keepalivedScripts: Script[] = [
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
      // A line of keepalived's own variables is refused.
      config: { whole: (v) => !/\$[^]*=/.test(v) },
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
    "keepalivedaddress",
    {
      OWNER,
      GENERATION,
      INSTANCE: { ...anInstance, harmless: "Xinstance" },
      FILE: { ...anInstance, harmless: "Xfile" },
      interface: { ...short, whole: fileName },
      // Compared by awk's words, and several are one setting.
      address: {
        ...short,
        also: [inFileName, (v) => v.replace(/\/[^/]*$/, "")],
        whole: (v) => isIpv4(v) && fileName(v) && !/^-|\s/.test(v),
      },
      // A line of keepalived's own variables is refused.
      config: { whole: (v) => !/\$[^]*=/.test(v) },
    },
    ({ OWNER: owner = "", GENERATION: why = "", INSTANCE = "", FILE = "", ...values }) => {
      const { interface: device = "", address = "", config = "" } = values;
      const daemon = (group: string) =>
        `mcast=${device}, syncid=7, group=${group}, port=8848, ttl=1`;
      const stdin = `${spec({
        instance: INSTANCE,
        file: FILE,
        interface: device,
        addresses: address,
        master: daemon("224.0.0.81"),
        backup: daemon("ff02::81"),
      })}\n${config} dev ${device}\n`;
      return [
        { words: ["keepalived", "apply", "p/s/d"], stdin: spec({ instance: INSTANCE }) },
        {
          words: ["--generation", why, "keepalivedaddress", "apply", owner],
          stdin,
          scene: { PRESENT: "" },
        },
        { words: ["keepalivedaddress", "remove", owner], stdin, scene: { PRESENT: address } },
      ];
    },
  ),
];
