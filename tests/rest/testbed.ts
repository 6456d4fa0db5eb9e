import * as pulumi from "@pulumi/pulumi";
import { Director, DirectorArgs, Host, HostArgs, Vip } from "../../components";

/** How SSH reaches a machine; the key comes beside it. */
export interface Login {
  host: string;
  port: number;
  user: string;
  hostKey: string;
}

/** What a program of this suite is told. */
export interface Told {
  /** The machine that it has, then another one, where it has two. */
  machines: Login[];
  /** The same two, as the first of them reaches them. */
  behind: Login[];
  privateKey: pulumi.Input<string>;
  /** A folder with the files that it reads. */
  files: string;
}

/** The network of one machine alone, and the one that two have in common. */
export const own = { interface: "rest0", address: "192.0.2.10/24", address6: "2001:db8:10::10/64" };
export const common = ["10", "20"].map((end) => ({
  interface: "rest1",
  address: `203.0.113.${end}/24`,
  address6: `2001:db8:20::${end}/64`,
}));

/** A program, and what is different about it. */
export interface Program {
  /** What it declares. */
  declare: (testbed: Testbed) => unknown;
  /** How many machines it has. @default 1 */
  machines?: 1 | 2;
  /** What its previews warn of on purpose: each of these, and nothing else. */
  warnings?: RegExp[];
  /** What is on its first machine before, as a script for a shell that root runs. */
  before?: string;
  /** What takes that back, where the program does not. */
  after?: string;
  /** Another project than that of this suite, such as an example, with its settings. */
  project?: Project;
}

export interface Project {
  /** The folder of its Pulumi.yaml and index.ts, below the checkout. */
  folder: string;
  /** Its settings, by what it is told. */
  settings: (told: Told) => Record<string, unknown>;
}

/** The machines of a program, and what most of them begin with. */
export class Testbed {
  /** @param variant What the program declares, where a test changes that. */
  constructor(
    private readonly told: Told,
    readonly variant = "",
  ) {}

  /** A machine on a network of its own. */
  host(
    name = "lb",
    more: Partial<HostArgs> = {},
    opts: pulumi.ComponentResourceOptions = {},
  ): Host {
    return new Host(name, { ssh: this.login(0), ...own, ...more }, opts);
  }

  /** One of two machines that have a network in common. */
  hostOfTwo(name: string, which: 0 | 1, more: Partial<HostArgs> = {}): Host {
    const place = common[which] ?? own;
    return new Host(name, { ssh: this.login(which), ...place, ...more });
  }

  /** A director on a machine of its own. */
  director(args: Omit<DirectorArgs, "host"> = {}): Director {
    return new Director("director", { host: this.host(), ...args });
  }

  /** A director with a virtual address. */
  balanced(args: Omit<DirectorArgs, "host"> = {}, address = "192.0.2.100") {
    const director = this.director(args);
    return { director, vip: new Vip("vip", { host: director.host, address }) };
  }

  /** How SSH reaches a machine, with its key. */
  login(which: 0 | 1) {
    const { machines, privateKey } = this.told;
    return { ...(machines[which] ?? missing(which)), privateKey };
  }

  /** The path of a file that the program reads. */
  file(name: string): string {
    return `${this.told.files}/${name}`;
  }
}

function missing(which: number): never {
  throw new Error(`the program has no machine ${which}`);
}
