/* global require, process */
// As ipvsadm 1.31 and the kernel behave: what -R does with lines that are wrong, what -S leaves out,
// in which order the kernel lists, and what omitted options become. The state is a file beside bin/.
const fs = require("node:fs");
const path = require("node:path");

const folder = path.join(path.dirname(process.argv[1]), "../state");
const file = path.join(folder, "ipvs.json");
const state = fs.existsSync(file)
  ? JSON.parse(fs.readFileSync(file, "utf8"))
  : { services: {}, refused: [], busy: {} };
const names = { "-t": "TCP ", "-u": "UDP ", "--sctp-service": "SCTP", "-f": "FWM " };

class Wrong extends Error {}

function parse(line) {
  const words = line.split(" ");
  const [verb, option, address] = words;
  if (!/^-[AEDaed]$/.test(verb) || !(option in names) || address === undefined) {
    throw new Wrong(`syntax error: ${line}`);
  }
  const six = words[3] === "-6";
  const key = `${option} ${address}${six ? " -6" : ""}`;
  const rest = words.slice(six ? 4 : 3);
  const member = rest[0] === "-r" ? rest[1] : undefined;
  return { verb, key, member, rest: member === undefined ? rest : rest.slice(2) };
}

function take(rest, option) {
  const at = rest.indexOf(option);
  return at < 0 ? undefined : rest.splice(at, 2)[1];
}

function change(line) {
  const { verb, key, member, rest } = parse(line);
  const service = state.services[key];
  if (state.refused.some((part) => line.includes(part))) {
    return "Scheduler or persistence engine not found";
  }
  switch (verb) {
    case "-A":
      if (service) return "Service already exists";
      state.services[key] = { options: options(rest), members: {} };
      return "";
    case "-E":
      if (!service) return "No such service";
      service.options = options(rest);
      return "";
    case "-D":
      delete state.services[key];
      return service ? "" : "No such service";
  }
  if (!service) return "Service not defined";
  const there = service.members[member];
  if (verb === "-a" && there) return "Destination already exists";
  if (verb !== "-a" && !there) return "No such destination";
  if (verb === "-d") delete service.members[member];
  else service.members[member] = values(rest);
  return "";
}

function options(rest) {
  return rest.length === 0 ? "-s wlc" : rest.join(" ");
}

function values(rest) {
  const [weight = "1", x = "0", y = "0"] = ["-w", "-x", "-y"].map((o) => take(rest, o));
  const [how = "-g", ...tunnel] = rest;
  return { how, weight, x, y, tunnel };
}

/** The kernel has a table of hashes: in no order that anybody chose. */
function listed() {
  return Object.entries(state.services).sort(([a], [b]) =>
    [...a].reverse().join("") < [...b].reverse().join("") ? -1 : 1,
  );
}

function heading(key, { options: words }) {
  const [option, address, six] = key.split(" ");
  return `${names[option]} ${address} ${six ? "IPv6 " : ""}${words.replace("-s ", "")}`;
}

const [command, ...more] = process.argv.slice(2);
const out = [];
let status = 0;
if (command === "-R") {
  const text = fs.readFileSync(0, "utf8");
  fs.appendFileSync(path.join(folder, "restored"), text);
  for (const line of text.split("\n").filter(Boolean)) {
    try {
      const error = change(line);
      status = error ? 1 : 0;
      if (error) process.stderr.write(`${error}\n`);
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      process.stderr.write(`${error.message}\n`);
      status = 2;
      break;
    }
  }
  fs.writeFileSync(file, JSON.stringify(state));
} else if (command === "-Sn") {
  for (const [key, service] of listed()) {
    out.push(`-A ${key} ${service.options}`);
    for (const [member, { how, weight, tunnel }] of Object.entries(service.members)) {
      out.push([`-a ${key} -r ${member} ${how} -w ${weight}`, ...tunnel].join(" "));
    }
  }
} else if (command === "-Ln") {
  const limits = more.includes("--thresholds");
  const slept = fs.existsSync(path.join(folder, "slept"))
    ? fs.readFileSync(path.join(folder, "slept")).length
    : 0;
  out.push("IP Virtual Server version 1.2.1 (size=4096)");
  out.push(
    limits
      ? "Prot LocalAddress:Port            Uthreshold Lthreshold ActiveConn InActConn"
      : "Prot LocalAddress:Port Scheduler Flags",
  );
  out.push(
    limits
      ? "  -> RemoteAddress:Port"
      : "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn",
  );
  for (const [key, service] of listed()) {
    out.push(heading(key, service));
    for (const [member, { weight, x, y }] of Object.entries(service.members)) {
      // Connections end after so many waits.
      const active = (state.busy[`${key} -r ${member}`] ?? 0) > slept ? 1 : 0;
      out.push(
        limits
          ? `  -> ${member.padEnd(28)} ${x.padEnd(10)} ${y.padEnd(10)} ${active}          0`
          : `  -> ${member.padEnd(28)} Masq    ${weight.padEnd(6)} ${active}          0`,
      );
    }
  }
} else {
  process.stderr.write(`unexpected: ${process.argv.slice(2).join(" ")}\n`);
  status = 2;
}
process.stdout.write(out.map((line) => `${line}\n`).join(""), () => process.exit(status));
