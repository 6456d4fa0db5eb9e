import {
  configure,
  npm,
  on,
  plan,
  pulumi,
  succeeds,
  tryOn,
  up,
  vagrant,
} from "../../support/lab/harness";
import { Download } from "../../support/lab/load";
import { says, start } from "../../support/lab/runningPulumi";
import { alternates, verify } from "../../support/lab/traffic";

// Each fault is provoked for real. After it: what was said, and that the next up repairs. The table of
// docs/reliability.md has a row for each.

const third = {
  name: "BACKEND-3",
  machine: "machine2",
  namespace: "ns-backend3",
  address: "10.10.10.4",
  weight: 1,
  page: "Réponse du serveur BACKEND-3",
};

beforeAll(() => {
  configure();
});

/** The workshop's lab as it shall be, and nothing more to do. */
async function converges(): Promise<void> {
  configure();
  await succeeds(npm("up", "--skip-preview"));
  for (const { order } of Object.values((await verify()).clients)) {
    expect(alternates(order)).toBe(true);
  }
  expect(await on("machine1", "ipvsadm -Sn | grep -v 192.0.2")).not.toContain("10.10.10.4");
  expect(await on("machine2", "ip netns; ls /var/lib/ipvs-lab/web")).toBe("backend-1\n");
  expect(await plan()).toEqual({});
}

const toMachine2 = { moreBackends: [third] };

test("killed in the middle of up, with another up at once: the second is refused, the next goes on", async () => {
  configure(toMachine2);
  const first = start("up", "--yes", "--skip-preview");
  await says(first, /BACKEND-3-netns creating/);
  const second = await pulumi("up", "--yes", "--skip-preview");
  expect(second.code).not.toBe(0);
  expect(second.all).toMatch(/the stack is currently locked by 1 lock/);
  process.kill(-(first.child.pid ?? 0), "SIGKILL");
  await first.ended;
  configure(toMachine2);
  const { stderr } = await succeeds(npm("up", "--skip-preview"));
  expect(stderr).toMatch(/was killed and left stack test locked; unlocked/);
  expect(
    Object.keys((await verify("--requests", "9")).clients.machine2?.counts ?? {}),
  ).toHaveLength(3);
  await converges();
});

test("Ctrl-C ends what is under way, and the next up goes on", async () => {
  configure(toMachine2);
  const running = start("up", "--yes", "--skip-preview");
  await says(running, /BACKEND-3-netns creating/);
  process.kill(-(running.child.pid ?? 0), "SIGINT");
  expect(await running.ended).not.toBe(0);
  await converges();
});

test("killed in the middle of destroy, the next up puts everything back", async () => {
  const running = start("destroy", "--yes", "--skip-preview", "--exclude", "**Machine::machine*");
  await says(running, /web-tcp-\S+ deleted/);
  process.kill(-(running.child.pid ?? 0), "SIGKILL");
  expect(await running.ended).not.toBe(0);
  await converges();
});

test("SSH cut while a member drains fails the update, and the next up goes on", async () => {
  configure({ ...toMachine2, requests: 9 });
  await up();
  const file = "/var/lib/ipvs-lab/web/backend-3/htdocs/big";
  await on("machine2", `truncate -s 30000000 ${file}; chmod 644 ${file}`);
  const download = new Download("machine1", "http://10.10.10.100/big", "10.10.10.4:80");
  await download.started();
  configure();
  const running = start("up", "--yes", "--skip-preview");
  await says(running, /draining 10\.10\.10\.4:80/);
  await on(
    "machine1",
    "kill $(pgrep -of 'service apply ipvs-lab/test/web' | xargs ps -o ppid= -p)",
  );
  expect(await running.ended).not.toBe(0);
  expect(running.output()).toMatch(/web-tcp-\S+ \*\*updating failed\*\*/);
  await download.finish();
  expect(await download.bytes).toBe("30000000\n");
  await converges();
});

test("a full disk on a backend is said, what was there stays, and the next up goes on", async () => {
  await on("machine2", "cat /dev/zero >/var/lib/full 2>/dev/null || true");
  configure({ backend1: { page: "x".repeat(20_000) } });
  const { code, all } = await pulumi("up", "--yes", "--skip-preview");
  expect(code).not.toBe(0);
  expect(all).toMatch(/cannot write \S+ on machine2: its disk is full/);
  expect(await on("machine1", "curl -s http://10.10.10.2/")).toContain("BACKEND-1");
  await on("machine2", "rm /var/lib/full");
  await converges();
});

test("another apt that holds the lock is waited for, with a message", async () => {
  await on("machine1", "dpkg --remove ipvsadm >/dev/null 2>&1; rm -f /tmp/apt.go");
  const held = on(
    "machine1",
    `python3 -c 'import fcntl, os, time
f = open("/var/lib/dpkg/lock-frontend", "w"); fcntl.lockf(f, fcntl.LOCK_EX)
while not os.path.exists("/tmp/apt.go"): time.sleep(0.2)'`,
  );
  const running = start("up", "--yes", "--skip-preview");
  await says(running, /waiting for another apt/i);
  await on("machine1", "touch /tmp/apt.go");
  await held;
  expect(await running.ended).toBe(0);
  await converges();
});

test("a changed SSH host key is refused by the preview, with what to do", async () => {
  await on(
    "machine2",
    `cd /etc/ssh; mkdir -p /root/keys; cp -p ssh_host_* /root/keys; rm ssh_host_*
     ssh-keygen -q -t ed25519 -N '' -f ssh_host_ed25519_key; systemctl restart ssh`,
  );
  const { code, all } = await pulumi("preview");
  expect(code).not.toBe(0);
  expect(all).toMatch(/machine2 \(127\.0\.0\.1:\d+\) is not the machine that it was/);
  expect(all).toContain("docs/reliability.md");
  const reply = await tryOn("machine2", "true");
  expect(reply.stderr).toContain("REMOTE HOST IDENTIFICATION HAS CHANGED");
  // Vagrant does not look at host keys.
  const putBack = "sudo sh -c 'cp -p /root/keys/* /etc/ssh/ && systemctl restart ssh'";
  await succeeds(vagrant("ssh", "machine2", "-c", putBack));
  await converges();
});
