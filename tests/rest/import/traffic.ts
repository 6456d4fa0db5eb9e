import type { Machine } from "../machines";

const folder = "/run/ipvs-lab-segment";
const client = "ip netns exec client";

/** What a client of a director notices: a download that goes on, and a request every fifth of a second beside it. */
export class Traffic {
  private constructor(private readonly machine: Machine) {}

  /** @param machine The one that the client is on (segment.sh). */
  static async begin(machine: Machine, url: string): Promise<Traffic> {
    await machine.run(`cd ${folder}
rm -f slow.end client.*
( ${client} curl -sSN -o client.got ${url}/slow >client.said 2>&1; echo $? >client.status ) </dev/null >/dev/null 2>&1 &
( while [ ! -e client.end ]; do
    ${client} curl -s --max-time 5 -o /dev/null -w '%{http_code}\\n' ${url}/ >>client.codes
    sleep 0.2
  done
  touch client.ended ) </dev/null >/dev/null 2>&1 &
for _ in $(seq 50); do [ -s client.got ] && [ -s client.codes ] && exit; sleep 0.2; done
head -n 20 client.*
exit 1`);
    return new Traffic(machine);
  }

  /** Ends both. */
  async end(): Promise<{ requests: number; failed: string[]; download: string }> {
    const said = await this.machine.run(`cd ${folder}
[ ! -e client.status ] || echo 'cut off before'
touch client.end slow.end
for _ in $(seq 100); do [ -e client.ended ] && [ -s client.status ] && break; sleep 0.2; done
cat client.status client.codes
rm -f slow.end`);
    const lines = said.trim().split("\n");
    const codes = lines.filter((line) => /^\d{3}$/.test(line));
    return {
      requests: codes.length,
      failed: codes.filter((code) => code !== "200"),
      download: lines.filter((line) => !codes.includes(line)).join("\n"),
    };
  }
}
