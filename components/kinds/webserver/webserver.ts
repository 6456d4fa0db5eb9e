import { basename } from "node:path";
import type { Server } from "../../drift/hostState";
import { fileDifferences, Kind, missingPackages, word } from "../../drift/kind";

const packages: Partial<Record<string, string>> = { apache: "apache2", nginx: "nginx-light" };

/** A web server with its unit, its configuration and its page (webserver.sh). */
export const webserver: Kind = {
  key: (w) => word(w, "instance"),
  title: (w) => `web server ${word(w, "instance")}`,
  exists: () => false,
  unadoptable: true,
  differences: (w, seen, record) => {
    const unit = `ipvs-lab-${word(w, "instance")}.service`;
    const server = seen.servers.get(word(w, "instance"));
    if (!server) {
      return [`${unit} is gone`];
    }
    const namespace = word(w, "namespace");
    const problems = fileDifferences(record, seen).map((file) =>
      basename(file.split(" ")[0] ?? "") === "index.html" ? `the page ${file}` : file,
    );
    problems.push(...missingPackages([packages[word(w, "server")] ?? ""].filter(Boolean), seen));
    if (word(w, "running") === "no") {
      return [...problems, ...notStopped(unit, server)];
    }
    if (server.state !== "active") {
      problems.push(`${unit} is ${server.state}`);
    } else if (!server.insideItsNamespace) {
      problems.push(`${unit} runs outside ${namespace}`);
    }
    if (namespace === "" && !server.startsAtBoot) {
      problems.push(`${unit} does not start at boot`);
    }
    return problems;
  },
};

function notStopped(unit: string, { state, startsAtBoot }: Server): string[] {
  return [
    ...(state === "active" ? [`${unit} runs, and shall be stopped`] : []),
    ...(startsAtBoot ? [`${unit} starts at boot, and shall be stopped`] : []),
  ];
}
