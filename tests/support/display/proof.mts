// Prints, as JSON, the lines of `verify` for what is given as JSON.
import { type Answered, type OutputStyle, proofLines } from "../../../cli/display/proof.ts";

const [answered, place] = JSON.parse(process.argv[2] ?? "[]") as [Answered, OutputStyle];
console.log(JSON.stringify(proofLines(answered, place)));
