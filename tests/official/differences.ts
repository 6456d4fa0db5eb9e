import { expect } from "@jest/globals";

/** Where the engines differ, and on purpose. */
export interface Difference {
  why: string;
  official: unknown;
  kept: unknown;
}

const error = (text: RegExp) => ({ answer: { error: expect.stringMatching(text) as unknown } });
const properties = (some: object) => ({
  answer: expect.objectContaining({ properties: expect.objectContaining(some) }),
});
const anyLog = { log: expect.anything() as unknown };

/** All of them, by the question that shows them; docs/command-engine.md tells them in prose. */
export const differences: Record<string, Difference> = {
  "check of a secret that is not known yet": {
    why: "an unknown secret stays unknown, instead of becoming an empty text",
    official: {
      answer: expect.objectContaining({
        inputs: expect.objectContaining({ stdin: expect.objectContaining({ value: "" }) }),
      }),
      ...anyLog,
    },
    kept: {
      answer: expect.objectContaining({
        inputs: expect.objectContaining({
          stdin: {
            "4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4",
            secret: true,
          },
        }),
      }),
      ...anyLog,
    },
  },
  "a preview of a copy": {
    why: "what is copied is known before it is copied",
    official: { ...properties({ source: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" }), ...anyLog },
    kept: {
      ...properties({ source: expect.objectContaining({ text: "a" }) }),
      ...anyLog,
    },
  },
  "output that is no text": {
    why: "a command that has done its work is not recorded as failed for a byte of its output",
    official: { ...error(/^13: grpc: .*invalid UTF-8$/), ...anyLog },
    kept: { ...properties({ stdout: "\ufffd" }), ...anyLog },
  },
  "a variable that the server does not accept": {
    why: "the hint beside the same error has other words",
    official: {
      ...error(/^2: could not set environment variable "NO": ssh: setenv failed$/),
      log: [expect.stringMatching(/^ERROR: Unable to set 'NO'/)],
    },
    kept: {
      ...error(/^2: could not set environment variable "NO": ssh: setenv failed$/),
      log: [expect.stringMatching(/^ERROR: Unable to set 'NO'/)],
    },
  },
  "a host that does not exist": {
    why: "Node.js does not tell which name server it has asked",
    official: { ...error(/dial tcp: lookup no-such-host.invalid.*: no such host$/), ...anyLog },
    kept: { ...error(/dial tcp: lookup no-such-host.invalid: no such host$/), ...anyLog },
  },
  "another host key": {
    why: "the error says which key was shown; no attempt is repeated, as waiting mends nothing",
    official: {
      ...error(/^2: after 1 failed attempts: ssh: handshake failed: ssh: host key mismatch$/),
      log: ["[INFO: Dial 1/1 failed: retrying]"],
    },
    kept: {
      ...error(
        /^2: after 1 failed attempts: ssh: handshake failed: ssh: host key mismatch: 127.0.0.1:\d+ shows ssh-ed25519 SHA256:/,
      ),
      log: [],
    },
  },
  "a key that the server does not know": {
    why: "a refused login is not repeated: servers shut out who comes with many",
    official: {
      ...error(/^2: after 1 failed attempts: .*unable to authenticate/),
      log: ["[INFO: Dial 1/1 failed: retrying]"],
    },
    kept: { ...error(/^2: after 1 failed attempts: .*unable to authenticate/), log: [] },
  },
  "no key at all": {
    why: "a refused login is not repeated: servers shut out who comes with many",
    official: {
      ...error(/^2: after 1 failed attempts: .*unable to authenticate/),
      log: ["[INFO: Dial 1/1 failed: retrying]"],
    },
    kept: { ...error(/^2: after 1 failed attempts: .*unable to authenticate/), log: [] },
  },
  "a timeout while a command runs": {
    why: "a command that has run out of its time (customTimeouts) is ended, and is a failure",
    official: { ...properties({ create: "sleep 3" }), ...anyLog },
    kept: { ...error(/^4: context deadline exceeded: running "sleep 3":\n$/), ...anyLog },
  },
};
