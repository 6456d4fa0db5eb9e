import { parseHostState } from "../../../components/drift/hostState";
import { Sandbox } from "../../support/kernel/sandbox";

const sandbox = new Sandbox();
jest.setTimeout(300_000);
beforeAll(() => sandbox.start());
afterAll(() => sandbox.end());

// The kernel gives a number in /proc/sys to who reads it whole; a shell's own read does not.
test("operations 21: what IPVS has one of for all services is told as the kernel has it", async () => {
  const { stdout } = await sandbox.program(["observe", "all"]);
  const { settings } = parseHostState(stdout);
  expect(settings.get("net/ipv4/vs/sync_threshold")).toBe("3\t50");
  expect(settings.get("net/ipv4/vs/amemthresh")).toBe("1024");
  expect(settings.get("net/ipv4/ip_forward")).toMatch(/^[01]$/);
  expect(settings.get("net/ipv6/conf/all/forwarding")).toMatch(/^[01]$/);
});
