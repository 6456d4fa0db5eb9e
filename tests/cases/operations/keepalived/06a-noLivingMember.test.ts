import { parseHostState } from "../../../../components/drift/hostState";
import { detectDrift } from "../../../../components/kinds/detectDrift";

const service = "-t 10.10.10.100:80";
const head = `-A ${service} -s rr`;
const [one, two] = ["10.10.10.2:80", "10.10.10.3:80"].map((m) => `-a ${service} -r ${m} -m -w 1`);
const lines = [head, one, two, "inhibit 10.10.10.3:80"];
const sorry = `-a ${service} -r 10.10.10.9:80 -m -w 1`;

/** A preview's verdict where the kernel has these lines. */
function verdict(now: (string | undefined)[]) {
  const owner = "ipvs-lab/dev/web";
  const text = `@@ host
name machine1
boot b00t
last 7
@@ marks
@ /var/lib/ipvs-lab/keepalivedservice/${service}
= owner ${owner}
= generation 2 new
=${" "}
${lines.map((line) => `= ${line}`).join("\n")}
@@ links
[]
[]
@@ services
loaded
${now.join("\n")}
@@ packages
ipvsadm installed
@@ end
`;
  const desired = `${lines.join("\n")}\n\nvirtual_server 10.10.10.100 80 {\n  sorry_server 10.10.10.9 80\n}\n`;
  const object = { kind: "keepalivedservice", owner, desired, adopt: false };
  return detectDrift(object, parseHostState(text), "machine1");
}

const nobody = `no member of virtual service ${service} lives: 10.10.10.2:80, 10.10.10.3:80`;

test.each([
  ["nobody is there", [head], nobody],
  ["a member has weight 0 and the other is out", [head, two?.replace("-w 1", "-w 0")], nobody],
  [
    "the sorry server is there alone",
    [head, sorry],
    `${nobody}; 10.10.10.9:80 answers in their place`,
  ],
])("6a: each preview warns, without an update, where %s", (_, now, said) => {
  expect(verdict(now)).toEqual({ fingerprint: "2 new", differences: [], warnings: [said] });
});

test("6a: nothing is said as long as one member lives", () => {
  expect(verdict([head, two])).toEqual({ fingerprint: "2 new", differences: [] });
});
