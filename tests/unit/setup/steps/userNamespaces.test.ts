import { evaluated } from "../../../support/evaluate";

jest.setTimeout(60_000);

/** What keeps a user called ann from building the box on a system with these files. */
const obstacles = (files: Record<string, string>) =>
  evaluated(
    "setup/steps/userNamespaces.ts",
    `m.obstacles((file) => (${JSON.stringify(files)})[file] ?? "", { username: "ann", uid: 1000 })`,
  ) as Promise<string[]>;

const ids = { "/etc/subuid": "bob:1:2\nann:100000:65536\n", "/etc/subgid": "1000:100000:65536\n" };
const restricted = { "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n" };

test("a user with a range of ids may build the box", async () => {
  expect(await obstacles(ids)).toEqual([]);
});

test("Ubuntu's restriction stands in nobody's way where AppArmor knows mmdebstrap", async () => {
  const profile = { "/etc/apparmor.d/mmdebstrap": "profile mmdebstrap …" };
  expect(await obstacles({ ...ids, ...restricted, ...profile })).toEqual([]);
});

test.each([
  [restricted, "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"],
  [{ "/proc/sys/user/max_user_namespaces": "0\n" }, "sudo sysctl user.max_user_namespaces=15000"],
  [
    { "/proc/sys/kernel/unprivileged_userns_clone": "0\n" },
    "sudo sysctl kernel.unprivileged_userns_clone=1",
  ],
  [{ "/etc/subuid": "anna:1:2\n" }, "sudo usermod --add-subuids 100000-165535 ann"],
  [{ "/etc/subgid": "" }, "sudo usermod --add-subgids 100000-165535 ann"],
])("what stands in the way is told with the command that changes it: %j", async (file, command) => {
  const found = await obstacles({ ...ids, ...file });
  expect(found).toEqual([expect.stringContaining(command)]);
});
