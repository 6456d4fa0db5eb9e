import { on } from "./harness";

/** A client that keeps up a rate of requests, each over a connection of its own, and counts failures. */
const client = `
import http.client, json, os, sys, threading, time
rate, total, address = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
lock, state = threading.Lock(), {"next": 0, "answers": {}, "failures": []}
begin = time.monotonic()
def work():
    while True:
        with lock:
            number = state["next"]
            state["next"] += 1
        if number >= total and os.path.exists("/tmp/load.stop"):
            return
        time.sleep(max(0, begin + number / rate - time.monotonic()))
        try:
            connection = http.client.HTTPConnection(address, 80, timeout=20)
            connection.request("GET", "/")
            answer = connection.getresponse()
            line = answer.read().decode().strip()
            connection.close()
            with lock:
                state["answers"][line] = state["answers"].get(line, 0) + 1
            if answer.status != 200:
                raise Exception(answer.status)
        except Exception as error:
            with lock:
                state["failures"].append("%.1f s: %r" % (time.monotonic() - begin, error))
threads = [threading.Thread(target=work) for _ in range(24)]
for t in threads: t.start()
for t in threads: t.join()
print(json.dumps({"seconds": time.monotonic() - begin, "answers": state["answers"], "failures": state["failures"]}))
`;

/** What became of the requests. */
export interface Load {
  seconds: number;
  answers: Record<string, number>;
  failures: string[];
}

/**
 * Starts requests to an address from a machine: at least `total`, and on until `stopLoad`; the result
 * comes when all have been answered.
 */
export async function load(machine: string, address: string, rate: number, total: number) {
  const result = await on(
    machine,
    `rm -f /tmp/load.stop; cat >/tmp/load.py <<'END'\n${client}\nEND\npython3 /tmp/load.py ${rate} ${total} ${address}`,
  );
  return JSON.parse(result) as Load;
}

/** Lets the requests end. */
export async function stopLoad(machine: string): Promise<void> {
  await on(machine, "touch /tmp/load.stop");
}

/** Reads a page slowly until it is told to go on: however long that takes, the connection is open. */
const slowReader = `
import os, sys, time, urllib.request
answer, read = urllib.request.urlopen(sys.argv[1]), 0
while chunk := answer.read(16384):
    read += len(chunk)
    if not os.path.exists("/tmp/download.go"):
        time.sleep(0.1)
print(read)
`;

/** A download that stays under way until `finish`. */
export class Download {
  /** How many bytes came, with a line end. */
  readonly bytes: Promise<string>;

  /** Starts anew until the member that is asked for has the connection. */
  constructor(
    private readonly machine: string,
    url: string,
    member: string,
  ) {
    const asked = `ipvsadm -Ln | grep -q '${member} *Masq *1 *[1-9]'`;
    this.bytes = on(
      machine,
      `rm -f /tmp/download.go; cat >/tmp/download.py <<'END'\n${slowReader}\nEND
       while :; do
         python3 /tmp/download.py ${url} >/tmp/download 2>/dev/null & pid=$!
         sleep 2
         ! ${asked} || break
         kill $pid; wait $pid || true
       done
       touch /tmp/download.on; wait $pid; cat /tmp/download`,
    );
  }

  /** Resolves when the member has the connection. */
  async started(): Promise<void> {
    await on(
      this.machine,
      "until [ -e /tmp/download.on ]; do sleep 0.2; done; rm /tmp/download.on",
    );
  }

  /** Lets it come to its end. */
  async finish(): Promise<void> {
    await on(this.machine, "touch /tmp/download.go");
  }
}
