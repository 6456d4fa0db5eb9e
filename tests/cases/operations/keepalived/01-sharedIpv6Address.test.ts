import { vrrpInstance } from "../../../../components/keepalived/virtualRouter";

test("1: an address of IPv6 that directors share is no source of their own traffic, whatever its prefix", () => {
  const text = vrrpInstance({
    name: "v",
    id: 7,
    interface: "eth0",
    priority: 250,
    advertInterval: 0.5,
    preempt: false,
    own: "192.0.2.10",
    peers: ["192.0.2.11"],
    addresses: ["192.0.2.100/24", "2001:db8:10::100/64", "2001:db8:10::101/128"],
  });
  expect(text).toContain("    192.0.2.100/24 dev eth0\n");
  expect(text).toContain("    2001:db8:10::100/64 preferred_lft 0 dev eth0\n");
  // keepalived sees to these itself.
  expect(text).toContain("    2001:db8:10::101/128 dev eth0\n");
});
