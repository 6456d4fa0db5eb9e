import { ScriptMachine } from "../../support/shell/scriptMachine";

const machine = new ScriptMachine();
afterAll(() => {
  machine.close();
});
beforeEach(() => {
  machine.reset();
});

const lines = "-A -t 192.0.2.100:80 -s rr\n-a -t 192.0.2.100:80 -r 192.0.2.21:80 -m -w 1\n";
const answers = ["nft", "add table inet ipvs_lab_silence; delete table inet ipvs_lab_silence"];

test("review 19: the silence of a scheduler change that was killed goes with the service", () => {
  const mark = "run/ipvs-lab/service/-t 192.0.2.100:80";
  machine.file(mark, `owner p/s/w\ngeneration unfinished\n\n${lines}`);
  const { calls } = machine.run(["service", "remove", "p/s/w", "0"], lines);
  expect(calls).toContainEqual(answers);
});

test("review 19: whoever comes next takes it down, whatever object that is", () => {
  machine.file("run/ipvs-lab/silent", "");
  const { calls } = machine.run(["nat", "apply", "p/s/n"], "vip 192.0.2.100\nnetwork n\n");
  expect(calls).toContainEqual(answers);
  expect(machine.exists("run/ipvs-lab/silent")).toBe(false);
});
