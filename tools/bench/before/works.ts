import { execa } from "execa";
import { seconds } from "../start/seconds.js";

/** A checkout that is measured, with all its tools in place. */
export interface Checkout {
  folder: string;
  /** Variables of its commands: its cache, its box. */
  environment: Record<string, string>;
}

/** A figure of one run: seconds, unless its name says MiB. */
export type Figures = Record<string, number>;

/** Something that is measured: it prepares what it needs and cleans up. */
export interface Work {
  name: string;
  /** The aims, as multiples of the figure of before. */
  aims: Record<string, number>;
  run(checkout: Checkout): Promise<Figures[]>;
}

const previews = 3;

function npm({ folder, environment }: Checkout, ...words: string[]) {
  return execa("npm", words, { cwd: folder, env: environment });
}

const lab: Work = {
  name: "lab",
  aims: {
    "`npm start`": 0.85,
    "a preview that shows nothing": 0.6,
    "the lab's configuration": 0.85,
  },
  async run(checkout) {
    const figures: Figures[] = [];
    try {
      figures.push({ "`npm start`": await seconds(() => npm(checkout, "start")) });
      for (let i = 0; i < previews; i++) {
        const took = await seconds(() => npm(checkout, "run", "-s", "preview"));
        figures.push({ "a preview that shows nothing": took });
      }
      const words = ["run", "-s", "bench", "--", "lab", "--peers", "script", "--rounds", "1"];
      const { stdout } = await npm(checkout, ...words, "--json");
      const [up] = JSON.parse(stdout) as { seconds: number }[];
      figures.push({ "the lab's configuration": up?.seconds ?? NaN });
    } finally {
      await npm(checkout, "run", "-s", "destroy");
    }
    return figures;
  },
};

/** The fastest way to start machines that a checkout has. */
const fastest: Work = {
  name: "start",
  aims: { "`npm start`, the fastest driver": 0.6 },
  async run(checkout) {
    const quick = {
      ...checkout,
      environment: { ...checkout.environment, IPVS_LAB_DRIVER: "qemu" },
    };
    try {
      return [{ "`npm start`, the fastest driver": await seconds(() => npm(quick, "start")) }];
    } finally {
      await npm(quick, "run", "-s", "destroy");
    }
  },
};

interface TableFigure {
  peer: string;
  services: number;
  members: number;
  work: string;
  seconds: number;
  memory?: number;
}

async function tables(checkout: Checkout, peer: string, sizes: string[]): Promise<TableFigure[]> {
  const words = ["run", "-s", "bench", "--", "tables", "--json", "--peers", peer];
  const { stdout } = await npm(checkout, ...words, "--sizes", ...sizes);
  return (JSON.parse(stdout) as TableFigure[]).filter((figure) => figure.peer === peer);
}

const table: Work = {
  name: "table",
  aims: {
    "one weight among 10,000": 0.6,
    "3,000 members from nothing": 0.8,
    "10,000 members from nothing": 1.05,
    "largest process at 10,000, MiB": 1,
  },
  async run(checkout) {
    const figures = await tables(checkout, "IpvsTable, kept connections", ["1x3000", "1x10000"]);
    const of = (members: number, work: string) =>
      figures.find((figure) => figure.members === members && figure.work === work)?.seconds ?? NaN;
    const memory = figures.flatMap((one) => (one.members === 10_000 ? (one.memory ?? []) : []));
    return [
      {
        "3,000 members from nothing": of(3000, "create"),
        "10,000 members from nothing": of(10_000, "create"),
        "one weight among 10,000": of(10_000, "change"),
        "largest process at 10,000, MiB": Math.max(...memory),
      },
    ];
  },
};

const services: Work = {
  name: "services",
  aims: { "100 services of 10, one by one": 0.5, "the same, each member a RealServer": 1 },
  async run(checkout) {
    const created = async (peer: string) => {
      const figures = await tables(checkout, `${peer}, kept connections`, ["100x10"]);
      return figures.find(({ work }) => work === "create")?.seconds;
    };
    const realServers = (await created("IpvsService each")) ?? NaN;
    // Builds without members of plain values have the one way only.
    const shortest = (await created("IpvsService of plain members each")) ?? realServers;
    return [
      {
        "100 services of 10, one by one": shortest,
        "the same, each member a RealServer": realServers,
      },
    ];
  },
};

export const works: Work[] = [lab, fastest, table, services];
