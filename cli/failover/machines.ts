import type { Lab } from "../../lab/lab.js";

/** The machines of a failover: the directors, and a client that is none of them. */
export interface FailoverMachines {
  directors: string[];
  client: string;
  /** Where several directors are at work at once. */
  router?: FailoverRouter;
}

/** A router, and the address by which it knows each director. */
export interface FailoverRouter {
  machine: string;
  directors: ReadonlyMap<string, string>;
}

/** @throws Error when the lab has one director alone, or no client besides its directors. */
export function failoverMachines(stack: string, { balanced, clients }: Lab): FailoverMachines {
  const { director, moreDirectors = [], router } = balanced;
  if (moreDirectors.length === 0) {
    throw new Error(
      `stack ${stack} has one director, so no other can take over: \`npm start -- --shape pair\` makes a lab with two, --shape anycast one with two that are at work at once`,
    );
  }
  const directors = [director, ...moreDirectors];
  const client = clients.find((name) => !directors.includes(name));
  if (client === undefined) {
    throw new Error(`stack ${stack} has no client besides its directors: see ipvs-lab:clients`);
  }
  return {
    directors,
    client,
    ...(router && {
      router: { machine: router.machine, directors: new Map(Object.entries(router.directors)) },
    }),
  };
}
