import { execFileSync } from "node:child_process";
import type { Topology } from "../../../../../watch/protocol.js" with {
  "resolution-mode": "import",
};
import { evaluate, root } from "../../../../support/watch/modules";

/** The topology of a lab with these machines, and the settings of a stack as committed, with changes to their text. */
function topologyOf(
  stack: string,
  machines: string[],
  changed: (settings: string) => string = (text) => text,
  moreDirectors?: string[],
  router?: object,
): Topology {
  const git = ["show", `HEAD:Pulumi.${stack}.yaml`];
  const settings = changed(execFileSync("git", git, { cwd: root, encoding: "utf8" }));
  const member = { port: 80, forwarding: "ipip" };
  const lab = {
    balanced: {
      ...{
        director: "machine1",
        moreDirectors,
        router,
        url: "http://10.10.10.100:80/",
        scheduler: "rr",
      },
      members: [
        { name: "BACKEND-1", address: "10.10.10.3", weight: 1, ...member },
        { name: "BACKEND-2", address: "10.10.10.13", weight: 2, ...member },
      ],
    },
    objects: { "BACKEND-1": { machine: "machine3" }, "BACKEND-2": { machine: "machine3" } },
    machines: Object.fromEntries(machines.map((name) => [name, {}])),
    clients: machines.slice(-1),
  };
  return evaluate(`
    import { Settings } from "@watch/server/lab/settings.ts";
    import { topologyOf } from "@watch/server/lab/topology.ts";
    const settings = new Settings(${JSON.stringify(settings)});
    console.log(JSON.stringify(topologyOf("some", ${JSON.stringify(lab)}, settings)));
  `) as Topology;
}

const four = ["machine1", "machine2", "machine3", "machine4"];

test("a pair has both directors, all machines, and the check with the declared weights", () => {
  expect(topologyOf("pair", four, undefined, ["machine2"])).toMatchObject({
    ...{ director: "machine1", moreDirectors: ["machine2"], machines: four },
    ...{ clients: ["machine4"], check: { type: "http" } },
    members: [
      { name: "BACKEND-1", machine: "machine3", weight: 1 },
      { name: "BACKEND-2", machine: "machine3", namespace: "ns-backend2", weight: 2 },
    ],
  });
});

test("the workshop's topology has nothing of that", () => {
  const topology = topologyOf("dev", ["machine1", "machine2"]);
  for (const key of ["moreDirectors", "machines", "check"]) {
    expect(topology).not.toHaveProperty(key);
  }
  expect(topology.members[0]).not.toHaveProperty("weight");
});

test("a check that is not chosen is the one that keepalived makes by itself", () => {
  const without = (text: string) => text.replace(/^ {2}ipvs-lab:check:.*\n/m, "");
  expect(topologyOf("pair", four, without).check).toEqual({ type: "tcp" });
});

test("directors that are all at work have no page, which would show one's table as if it were all", () => {
  const router = { machine: "machine4", directors: {} };
  expect(() => topologyOf("pair", four, undefined, ["machine2"], router)).toThrow(
    "in stack some several directors are at work at once, and the page shows the table of one: `npm run verify -- --stack some`",
  );
});
