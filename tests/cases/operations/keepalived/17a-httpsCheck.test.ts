import { Check } from "../../../../components/keepalived/healthCheck";
import { read } from "../../../support/keepalivedService";

const check = (given: Partial<Check>) =>
  read([{ address: "10.10.10.2", check: { type: "https", ...given } }]);

test("17a: a check of type https asks over TLS, and tells it the name of the host", async () => {
  expect(await check({ path: "/healthz", host: "www.example.org", port: 6443 })).toContain(`
    SSL_GET {
      enable_sni
      url {
        path /healthz
        status_code 200-299
        virtualhost www.example.org
      }
      connect_port 6443
      connect_timeout 2
`);
});

test.each([undefined, "192.0.2.7", "www.example.org:8443"])(
  "17a: TLS is not told what is no name: %s",
  async (host) => {
    expect(await check({ host })).not.toContain("enable_sni");
  },
);

test("17a: the refusal of an unknown type names those that there are", async () => {
  await expect(check({ type: "tls" as never })).rejects.toThrow(
    'check.type: "tls" is not one of tcp, http, https, dns, smtp, udp, ping, script',
  );
});

test("17a: what belongs to pages is refused of other checks, with the types that have it", async () => {
  await expect(check({ type: "tcp", path: "/" })).rejects.toThrow(
    "check.path: only a check of type http or https has one; it is tcp",
  );
});
