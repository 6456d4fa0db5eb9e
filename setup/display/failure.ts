import { ExecaError } from "execa";
import { reasonIn as reasonOfVagrant } from "../../providers/vagrant/program/reason.js";
import { reasonIn } from "./reason.mjs";

/** The text of an error for the end of a command. For a program that failed, it has the reason, not all its output. */
export function errorText(error: unknown): string {
  if (!(error instanceof ExecaError)) {
    return error instanceof Error ? error.message : String(error);
  }
  if (error.code === "ENOENT") {
    return `the program ${error.command.split(" ")[0] ?? ""} is not there`;
  }
  const outputs = [error.stderr, error.all, error.stdout].map(textOf);
  const reason = reasonIn(reasonOfVagrant(outputs.find((text) => text !== "") ?? ""));
  const how = error.signal ? `was ended by ${error.signal}` : `failed (${error.exitCode ?? 1})`;
  return reason === "" ? `${error.command} ${how}` : `${error.command} ${how}:\n${reason}`;
}

/** The lines of an output; empty when it was not kept. */
function textOf(output: unknown): string {
  const text = Array.isArray(output) ? output.join("\n") : output;
  return typeof text === "string" ? text.trim() : "";
}
