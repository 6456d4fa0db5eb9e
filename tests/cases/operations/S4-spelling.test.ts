import { Director, Host, SourceNat, Vip } from "../../../components";
import { command, registered } from "../../support/pulumi/mocks";
import { ssh } from "../../support/refusals/lab";

const host = (address6: string) =>
  new Host("lb", { ssh, interface: "eth0", address: "192.0.2.10/24", address6 });

test("operations S4: addresses of IPv6 are declared in the spelling that the kernel prints", async () => {
  const resources = await registered(() => {
    const machine = host("2001:DB8:10:0::0010/64");
    expect(machine.address6).toBe("2001:db8:10::10/64");
    const director = new Director("director", {
      host: machine,
      syncDaemons: [
        { role: "master", interface: "eth0", group: "FF02::1:0081" },
        { role: "backup", interface: "eth0", group: "224.0.0.82" },
      ],
    });
    const vip = new Vip("vip", { host: machine, address: "2001:DB8:10::0100" });
    new SourceNat("nat", { director, vip, network: "2001:DB8:5:0::/48" });
    new SourceNat("own", {
      ...{ director, vip: new Vip("other", { host: machine, address: "2001:db8:10::101" }) },
    });
  });
  const text = (name: string) => String(command(resources, name).inputs.stdin);
  expect(text("director")).toContain("master mcast=eth0, syncid=0, group=ff02::1:81, port=8848");
  expect(text("director")).toContain("group=224.0.0.82");
  expect(text("vip-2001-db8-10--100")).toContain("address 2001:db8:10::100/64\n");
  expect(text("nat-2001-db8-10--100")).toContain("network 2001:db8:5::/48\n");
  expect(text("own-2001-db8-10--101")).toContain("network 2001:db8:10::/64\n");
});

test("operations S4: the machine's own address is refused as a virtual one, however it is written", async () => {
  const asVip = registered(() => {
    new Vip("vip", { host: host("2001:DB8:10:0::0010/64"), address: "2001:db8:10::10" });
  });
  await expect(asVip).rejects.toThrow("2001:db8:10::10 is the own address of eth0");
});
