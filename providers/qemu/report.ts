/** Prints progress for people or, as Vagrant does with --machine-readable, for programs. */
export class Report {
  constructor(private readonly forPrograms: boolean) {}

  /** Prints one line of progress. */
  say(name: string, text: string): void {
    if (this.forPrograms) {
      this.line(name, "ui", "info", `==> ${name}: ${text}`);
    } else {
      console.log(`==> ${name}: ${text}`);
    }
  }

  /** Prints the beginning or the end of an action on a machine; only for programs. */
  action(name: string, verb: string, edge: "start" | "end"): void {
    if (this.forPrograms) {
      this.line(name, "action", verb, edge);
    }
  }

  state(name: string, state: string): void {
    if (this.forPrograms) {
      this.line(name, "provider-name", "qemu");
      this.line(name, "state", state);
    } else {
      console.log(`${name.padEnd(25)} ${state} (qemu)`);
    }
  }

  sshConfig(name: string, config: string): void {
    if (this.forPrograms) {
      this.line(name, "ssh-config", config);
    } else {
      console.log(config);
    }
  }

  /** Prints the reasons of a failure. Those of several machines are separated as Vagrant does it. */
  failure(reasons: ReadonlyMap<string, string>): void {
    const all = [...reasons].map(([name, why]) =>
      reasons.size === 1 || !this.forPrograms ? why : `${heading(name)}\n\n${why}`,
    );
    const text = all.join("\n\n");
    if (this.forPrograms) {
      this.line("", "error-exit", "QemuError", text);
    } else {
      console.error(text);
    }
  }

  private line(target: string, type: string, ...data: string[]): void {
    const escaped = data.map((text) =>
      text.replaceAll(",", "%!(VAGRANT_COMMA)").replaceAll("\r", "\\r").replaceAll("\n", "\\n"),
    );
    console.log([Math.floor(Date.now() / 1000), target, type, ...escaped].join(","));
  }
}

function heading(name: string): string {
  return `An error occurred while executing the action on the '${name}'\nmachine. Please handle this error then try again:`;
}
