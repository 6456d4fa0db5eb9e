import { configure, on, up } from "../../support/lab/harness";
import { Download, load, stopLoad } from "../../support/lab/load";
import { says, start } from "../../support/lab/runningPulumi";

const third = {
  name: "BACKEND-3",
  machine: "machine2",
  namespace: "ns-backend3",
  address: "10.10.10.4",
  weight: 1,
  page: "Réponse du serveur BACKEND-3",
};
/** The proof would take turns with the load: no machine makes one. */
const clients: string[] = [];

afterAll(async () => {
  await stopLoad("machine2");
  configure();
  await up();
});

test("no request is lost: 10,000 at 50 a second while everything that can changes in place", async () => {
  configure({ clients });
  await up();
  const answered = load("machine2", "10.10.10.100", 50, 10_000);
  const changes: Record<string, unknown>[] = [
    { scheduler: "wrr" },
    { scheduler: "wrr", backend1: { weight: 3 } },
    { moreBackends: [third] },
    {},
    { backend2: { upperThreshold: 10_000, lowerThreshold: 9_000 } },
    {},
  ];
  for (const change of changes) {
    configure({ clients, ...change });
    await up();
  }
  await on(
    "machine1",
    `sysctl -qw net.ipv4.vs.expire_nodest_conn=0; ipvsadm -e -t 10.10.10.100:80 -r 10.10.10.3:80 -m -w 5
     ip -n ns-backend2 link set lo down; rm /var/lib/ipvs-lab/bin/*.generation`,
  );
  await up();
  await stopLoad("machine2");
  const { seconds, answers, failures } = await answered;
  expect(failures).toEqual([]);
  const count = Object.values(answers).reduce((sum, n) => sum + n, 0);
  expect(count).toBeGreaterThanOrEqual(10_000);
  expect(Object.keys(answers).sort()).toEqual(
    [1, 2, 3].map((n) => `Réponse du serveur BACKEND-${n}`),
  );
  // The rate was really kept up.
  expect(count / seconds).toBeGreaterThan(45);
});

test("a download that runs when its member is removed comes to its end, and is seen to", async () => {
  configure({ clients, moreBackends: [third] });
  await up();
  const file = "/var/lib/ipvs-lab/web/backend-3/htdocs/big";
  await on("machine2", `truncate -s 30000000 ${file}; chmod 644 ${file}`);
  const download = new Download("machine1", "http://10.10.10.100/big", "10.10.10.4:80");
  await download.started();
  configure({ clients });
  const running = start("up", "--yes", "--skip-preview");
  await says(running, /draining 10\.10\.10\.4:80: 1 active connections, \d+ s at most/);
  await download.finish();
  expect(await running.ended).toBe(0);
  expect(running.output()).not.toContain("are cut");
  expect(await download.bytes).toBe("30000000\n");
  expect(await on("machine1", "ipvsadm -Sn")).not.toContain("10.10.10.4");
});
