import { Director, DirectorArgs } from "../../../components/director/director";
import { Host } from "../../../components/host/host";
import { command, registered } from "../../support/pulumi/mocks";

const ssh = {
  host: "192.0.2.10",
  user: "root",
  privateKey: "-----BEGIN PRIVATE KEY-----\n",
  hostKey: "ssh-ed25519 AAAA",
};

async function settings(sysctls: DirectorArgs["sysctls"]): Promise<string> {
  const resources = await registered(() => {
    const host = new Host("lb", { ssh, interface: "eth0", address: "192.0.2.10/24" });
    new Director("director", { host, sysctls });
  });
  const { stdin } = command(resources, "director").inputs;
  return /^sysctls (.*)$/m.exec(String(stdin))?.[1] ?? "";
}

test.each([
  [{ conn_lfactor: -4, svc_lfactor: 2, conn_max: 0 }, "conn_lfactor=-4 conn_max=0 svc_lfactor=2"],
  [{ est_nice: -5 }, "est_nice=-5"],
  [{ est_nice: -5, conntrack: undefined }, "est_nice=-5"],
  [{ est_cpulist: "3,0,1,8-9" }, "est_cpulist=0-1,3,8-9"],
  [{ est_cpulist: "0" }, "est_cpulist=0"],
  [{ sync_threshold: "3 50" }, "sync_threshold=3,50"],
  [{ sync_threshold: " 03\t50 " }, "sync_threshold=3,50"],
  [{ sync_threshold: "5 0" }, "sync_threshold=5,0"],
])("import 22: %j is a setting", async (sysctls, words) => {
  expect(await settings(sysctls)).toBe(words);
});

test.each([
  [{ conn_lfactor: -9 }, "-9 is not a whole number from -8 to 8"],
  [{ est_nice: 20 }, "20 is not a whole number from -20 to 19"],
  [{ est_cpulist: "0-" }, 'is not a list of processors such as "0-3,8"'],
  [{ est_cpulist: "3-1" }, 'is not a list of processors such as "0-3,8"'],
  [{ est_cpulist: "0 1" }, 'is not a list of processors such as "0-3,8"'],
  [{ sync_threshold: "50 3" }, "is not a number of packets and a greater period"],
  [{ sync_threshold: "3" }, "is not a number of packets and a greater period"],
  [{ sync_threshold: "3 50; id" }, "is not a number of packets and a greater period"],
])("import 22: %j is none, and says what is", async (sysctls, said) => {
  await expect(settings(sysctls)).rejects.toThrow(said);
});
