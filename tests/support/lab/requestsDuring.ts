import { on } from "./harness";

/** Requests at a rate, each over a connection of its own, until it is stopped: when, and who answered. */
const asker = `
import http.client, json, os, sys, threading, time
address, port, rate = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
begin, asked = time.monotonic(), []
def ask():
    at, line = time.monotonic() - begin, None
    try:
        connection = http.client.HTTPConnection(address, port, timeout=2)
        connection.request("GET", "/")
        line = connection.getresponse().read().decode().strip()
        connection.close()
    except Exception:
        pass
    asked.append({"at": at, "until": time.monotonic() - begin, "answer": line})
threads = []
while not os.path.exists("/tmp/ask.stop"):
    threads.append(threading.Thread(target=ask))
    threads[-1].start()
    time.sleep(max(0, begin + len(threads) / rate - time.monotonic()))
for thread in threads: thread.join()
print(json.dumps(sorted(asked, key=lambda a: a["at"])))
`;

/** A request: when it was made and when it ended, in seconds, and who answered. */
export interface Asked {
  at: number;
  until: number;
  answer: string | null;
}

/** Makes requests from a place on a machine (words before a command) while something happens. */
export async function askDuring(
  { machine, inside, url }: { machine: string; inside: string; url: URL },
  happens: () => Promise<unknown>,
): Promise<Asked[]> {
  const ask = `${inside} python3 /tmp/ask.py ${url.hostname} ${url.port} 10`;
  const asked = on(machine, `rm -f /tmp/ask.stop; cat >/tmp/ask.py <<'END'\n${asker}\nEND\n${ask}`);
  try {
    await happens();
  } finally {
    await on(machine, "touch /tmp/ask.stop");
  }
  return JSON.parse(await asked) as Asked[];
}

/** The longest time, in seconds, in which no request was answered. */
export function longestSilence(asked: Asked[]): number {
  const answered = asked.filter(({ answer }) => answer !== null).map(({ until }) => until);
  const ends = [0, ...answered.sort((a, b) => a - b)];
  return Math.max(...ends.map((end, i) => end - (ends[i - 1] ?? end)));
}

/** From the first request that was not answered to the last, in seconds. */
export function losing(asked: Asked[]): number {
  const lost = asked.filter(({ answer }) => answer === null).map(({ at }) => at);
  return lost.length === 0 ? 0 : Math.max(...lost) - Math.min(...lost);
}
