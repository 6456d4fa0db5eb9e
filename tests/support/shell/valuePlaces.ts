import * as fc from "fast-check";
import { spec } from "../../../components/host/kernel";
import type { Scene } from "./fakeMachine";

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
  /** Where the script refuses most texts: those that it takes. */
  values?: fc.Arbitrary<string>;
}

export type Values = Record<string, string>;

/** A kind of object, with every place of it where a value may stand. */
export interface Script {
  name: string;
  places: Record<string, Place>;
  /** What is run, one after the other on one machine. */
  runs: (values: Values) => Run[];
}

export type Detail = Partial<Place>;

export const inFileName = (value: string) => value.replaceAll("/", ":");
/** A file's name may have 255 bytes, and two values may stand in one. */
export const short = { most: 100, also: [inFileName] };
/** What decides needs a value that means something. */
export const decides = (harmless: string) => ({ harmless, whole: undefined });
/** A file's name loses a "/" at its end, and a line that the shell reads the blanks at both. */
export const fileName = (value: string) => !/^[ \t]|[ \t/]$|^\.\.?$/.test(value);
/** ipvsadm and the script split lines at blanks, and awk reads a backslash as its own. */
export const ipvsWord = (value: string) => /^[^\s\\]+$/.test(value);

/**
 * ip splits the lines that it reads at blanks, and knows quotes, comments and continued lines: the script refuses all
 * other values.
 */
export const ipWords = fc.stringMatching(/^[A-Za-z0-9_.:/@%+-]{1,60}$/);

/** Draining makes 0 of the digits that a weight begins with; the harmless one begins with none. */
export const someWeight: Detail = { whole: (value) => !/^\d/.test(value) };

/** Scripts take what has a colon for an address of IPv6, and do something else with it. */
export const isIpv4 = (value: string) => !value.includes(":");

/** Part of a file's name, of what `find -path` looks for, and of a line that is split at blanks. */
export const OWNER = {
  ...short,
  isPath: true,
  whole: (v: string) => fileName(v) && !/[*?[\\]/.test(v),
};
export const GENERATION = {};

/** A script with places, of which only what differs is said. */
export function script(
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
export function object(
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

/** sysctl has "/" where a name has a dot; "=" ends the name of a setting that is remembered. */
export const veth: Detail = {
  ...short,
  also: [(v) => v.replaceAll(".", "/"), (v) => v.replace(/[./]/g, ":")],
  whole: (v) => !v.includes("="),
};
/** A folder's name as it is: no namespace that ip knows has a slash in it. */
export const aNamespace: Detail = {
  harmless: "Xnamespace",
  isPath: true,
  most: 60,
  // No component has a namespace whose name begins with a dot, and the shell's "*" does not find its files.
  whole: (v) => !v.includes("/") && !v.startsWith("."),
};

/** Part of a path as it is: slug() leaves no slash in it. */
export const anInstance: Detail = {
  harmless: "Xinstance",
  isPath: true,
  most: 100,
  whole: (v) => !v.includes("/") && fileName(v),
};

/** "=" ends the name of what is held; what has a colon is of IPv6, and other things are done. */
export const heldWord = (value: string) => ipvsWord(value) && !/[:=]/.test(value);

export function harmlessValues({ places }: Script): Values {
  return Object.fromEntries(Object.entries(places).map(([key, { harmless }]) => [key, harmless]));
}

/** A service with one member, as ipvsadm reads them. */
export const serviceLines = ({
  vip = "",
  member = "",
  scheduler = "",
  forwarding = "",
  weight = "",
}) => `-A -t ${vip} -s ${scheduler}\n-a -t ${vip} -r ${member} ${forwarding} -w ${weight}\n`;
