import { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { RealServer } from "../../../components";
import { oneOwnerOfAVip } from "../../../policy/ownership";
import { policies } from "../../../policy/policies";
import { pinnedHostKeys } from "../../../policy/ssh";
import { ask, askStack, Sent, service, showMarks, vip } from "../../support/askPolicy";
import { registered } from "../../support/pulumi/mocks";
import { workshop } from "../../support/workshop";

/** What all policies together say of a program's resources, as its components register them. */
async function askAll(
  program: () => unknown,
  config: Record<string, object> = {},
): Promise<string[]> {
  const resources = await registered(program);
  const sent = resources.map(({ type, name, inputs }): Sent => ({ type, name, props: inputs }));
  return policies.filter(isResourcePolicy).flatMap((policy) =>
    sent.flatMap((resource) => {
      showMarks(policy, resource);
      return policy.validateResource ? ask(policy, resource, config[policy.name]) : [];
    }),
  );
}

function isResourcePolicy(
  policy: ResourceValidationPolicy | StackValidationPolicy,
): policy is ResourceValidationPolicy {
  return !("validateStack" in policy);
}

test("the workshop passes every policy", async () => {
  expect(await askAll(() => workshop())).toEqual([]);
});

test("each problem of a program is reported once, on the resource that has it", async () => {
  const realServers = () => [new RealServer("far", { address: "8.8.8.8", weight: 7 })];
  const found = await askAll(() => workshop({ scheduler: "lc", realServers: realServers() }), {
    "allowed-schedulers": { schedulers: ["rr"] },
    "allowed-networks": { vips: ["10.20.0.0/16"], realServers: ["10.10.10.0/24"] },
    "allowed-ports": { ports: ["443"] },
    "weight-range": { max: 5 },
  });
  expect(found).toEqual([
    'IpvsService "web": scheduler "lc" is not allowed; allowed is rr.',
    'Vip "vip": address "10.10.10.100" is not allowed; allowed is an address in 10.20.0.0/16.',
    'Vip "redirect-vip": address "10.10.10.101" is not allowed; allowed is an address in 10.20.0.0/16.',
    'RealServer "far": address "8.8.8.8" is not allowed; allowed is an address in 10.10.10.0/24.',
    'StaticRedirect "redirect": port 80 is not allowed; allowed is 443.',
    'IpvsService "web": port 80 is not allowed; allowed is 443.',
    'IpvsService "web": members: 1 with a weight above 0 is not enough; allowed are 2 or more.',
    'RealServer "far": weight 7 is not allowed; allowed is 0 to 5.',
  ]);
});

test("forwarding is read where components put it", async () => {
  const found = await askAll(() => workshop(), { "allowed-forwarding": { methods: ["gate"] } });
  expect(found).toEqual(
    ["BACKEND-1", "BACKEND-2"].map(
      (name) => `RealServer "${name}": forwarding "masquerade" is not allowed; allowed is gate.`,
    ),
  );
});

test("every command of the program would be reported without its host key", async () => {
  const resources = await registered(() => workshop());
  const commands = resources.filter(({ type }) => type === "command:remote:Command");
  const unpinned = commands.map(({ type, name, inputs }): Sent => {
    const text = JSON.stringify(inputs, (key, v: unknown) => (key === "hostKey" ? undefined : v));
    return { type, name, props: JSON.parse(text) as Record<string, unknown> };
  });
  expect(commands.length).toBeGreaterThan(5);
  expect(unpinned.flatMap((sent) => ask(pinnedHostKeys, sent))).toEqual(
    commands.map(({ name }): unknown =>
      expect.stringContaining(`Command "${name}": connection.hostKey of`),
    ),
  );
});

test("two services and two Vips are recognised by what the components put out", async () => {
  const outputs: Sent[] = [];
  await registered(() => {
    const { service: web, vip: address } = workshop();
    outputs.push(...[web, web].map((s, i) => service({ lines: s.lines }, `web${i}`)));
    outputs.push(...[address, address].map((v, i) => vip({ address: v.address }, `vip${i}`)));
  });
  expect(askStack(oneOwnerOfAVip, outputs).map(({ at }) => at)).toEqual(["vip1", "web1"]);
});
