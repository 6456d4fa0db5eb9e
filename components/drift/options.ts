import { optionForwardings } from "../ipvs/forwarding";

export function serverOf(line: string): string {
  return / -r (\S+)/.exec(line)?.[1] ?? "";
}

const names: Partial<Record<string, string>> = {
  "-s": "scheduler",
  "-b": "scheduler flags",
  "-p": "persistence",
  "-M": "persistence netmask",
  "--pe": "persistence engine",
  "-o": "one-packet scheduling",
  "--tun-type": "tunnel",
  "--tun-port": "tunnel port",
  "--tun-nocsum": "tunnel without checksums",
  "--tun-csum": "tunnel with checksums",
  "--tun-remcsum": "tunnel with remote checksums",
  "-w": "weight",
  "-x": "upper threshold",
  "-y": "lower threshold",
};

/** The weight of a member's line. */
export function weightOf(line: string): string {
  return / -w (\d+)/.exec(line)?.[1] ?? "1";
}

/** @param keepWeight True when a different weight does not count. */
export function differences(
  what: string,
  shall: string,
  is: string | undefined,
  keepWeight = false,
): string[] {
  if (is === undefined) {
    return [`${what} is gone`];
  }
  const [wanted, now] = [optionsOf(shall), optionsOf(is)];
  return [...new Set([...wanted.keys(), ...now.keys()])].flatMap((option) => {
    const [a, b] = [wanted.get(option), now.get(option)];
    return a === b || (keepWeight && option === "weight")
      ? []
      : `${what} has ${option} ${b ?? "none"}, not ${a ?? "none"}`;
  });
}

/** The options after the address by name: scheduler, weight and so on. */
function optionsOf(line: string): Map<string, string> {
  const words = line
    .replace(/^-A .*?(?= -s )|^-a .* -r \S+/, "")
    .trim()
    .split(" ");
  const options = new Map<string, string>();
  words.forEach((word, i) => {
    const next = words[i + 1];
    const value = next === undefined || next.startsWith("-") ? "set" : next;
    const forwarding = optionForwardings.get(word);
    if (forwarding !== undefined) {
      options.set("forwarding", forwarding);
    } else if (word.startsWith("-")) {
      options.set(names[word] ?? word, value);
    }
  });
  return options;
}
