import { spec } from "../../../components/host/kernel";
import { ScriptMachine } from "../../support/shell/scriptMachine";

const machine = new ScriptMachine();
afterAll(() => {
  machine.close();
});
beforeEach(() => {
  machine.reset();
});

const desired = spec({ vip: "192.0.2.100", server: "s", interface: "eth0" });
const owner = "p/s/gate";
const address = "ip address del 192.0.2.100/32 dev lo".split(" ");

test("operations S3: a removal that nobody reads takes the address before what keeps it silent", () => {
  machine.run(["realserver", "apply", owner], desired);
  const { calls, status } = machine.unheard(`realserver remove ${owner}`, desired);
  expect(calls).toContainEqual(address);
  expect(status).toBe(0);
  expect(machine.exists("run/ipvs-lab/realserver/p:s:gate")).toBe(false);
});

test("operations S3: what a removal that was cut off has left without a holder is undone by the next", () => {
  const held = "run/ipvs-lab/sysctl";
  machine.file(`${held}/address 192.0.2.100:32/before`, "address 192.0.2.100/32=\n");
  machine.file(`${held}/net.ipv4.conf.eth0.arp_ignore/before`, "net.ipv4.conf.eth0.arp_ignore=0\n");
  machine.file(`${held}/net.ipv4.conf.eth0.arp_ignore/holders/realserver:p:s:gate`, "1\n");
  machine.tool("ip", `${onlyLo}\ncase "$*" in *del*) : >"$T/state/gone" ;; esac`);
  const { stdout } = machine.run(["realserver", "remove", owner], desired);
  expect(stdout.split("\n").filter((line) => /address|arp_ignore/.test(line))).toEqual([
    "+ ip address del 192.0.2.100/32 dev lo",
    "+ sysctl -q -w net.ipv4.conf.eth0.arp_ignore=0",
  ]);
});

test("operations S3: silence is not let go while the address is on lo, and the removal fails", () => {
  const held = "run/ipvs-lab/sysctl/net.ipv4.conf.eth0.arp_ignore";
  machine.file(`${held}/before`, "net.ipv4.conf.eth0.arp_ignore=0\n");
  machine.file(`${held}/holders/realserver:p:s:gate`, "1\n");
  machine.tool("ip", onlyLo);
  const { status, stdout, stderr } = machine.run(["realserver", "remove", owner], desired);
  expect(status).toBe(1);
  expect(stdout).not.toContain("arp_ignore");
  expect(stderr).toContain("192.0.2.100 is still on lo of machine");
});

/** Says that the virtual address is on lo, whatever is asked and done. */
const onlyLo = `case "$*" in
  *"address show dev lo") [ -e "$T/state/gone" ] || echo "1: lo    inet 192.0.2.100/32 scope host lo" ;;
esac`;
