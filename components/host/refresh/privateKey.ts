/** Texts that people give in place of a private key: a test for each, and advice. */
const others: [is: (text: string) => boolean, found: string][] = [
  [(text) => text === "", "it is empty"],
  [
    (text) => /^PuTTY-User-Key-File-\d/.test(text),
    "it is in PuTTY's format: give what `puttygen FILE.ppk -O private-openssh -o FILE` writes",
  ],
  [
    (text) => /-cert-v\d\d@openssh\.com AAAA/.test(text),
    "it is a certificate, and certificates are not used: give the private key itself",
  ],
  [
    (text) => /^(ssh|ecdsa|sk)-\S+ AAAA|^---- ?-?BEGIN [A-Z0-9 ]*PUBLIC KEY/.test(text),
    "it is a public key: give the private one, the file beside it without .pub",
  ],
  [
    isLocked,
    "it is protected by a passphrase, which nobody is there to type: give a copy without one " +
      "(`ssh-keygen -p -N '' -f COPY` takes it off)",
  ],
  [
    (text) => opensshWords(text)[3]?.startsWith("sk-") === true,
    "it is of a security token, which nobody is there to touch: give a key without one",
  ],
  [
    (text) =>
      !text.includes("\n") && !text.includes("-----BEGIN") && /^[~./]|[\\/]|\.pem$/.test(text),
    'it looks like the path of a file: give what is in that file, as readFileSync(PATH, "utf8") does',
  ],
];

/**
 * A description of a text that is not a usable private key, with advice; undefined if no problem is known. The text
 * itself is not shown, because it may still be a key.
 */
export function insteadOfKey(given: string): string | undefined {
  const text = given.trim();
  const found = others.find(([is]) => is(text))?.[1];
  const begins = /^-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(text);
  return found ?? (begins ? undefined : 'it is no private key, which begins with "-----BEGIN"');
}

/** The same for a text that begins like a key but that ssh2 cannot read. */
export function unreadable(given: string, why: string): string {
  if (/^\s*-----BEGIN PRIVATE KEY-----/.test(given)) {
    return "it is in the format PKCS#8: give a copy in OpenSSH's (`ssh-keygen -p -N '' -f COPY` writes it)";
  }
  return `it cannot be read (${why}): copy the whole file, its first and last line included`;
}

function isLocked(text: string): boolean {
  const [, cipher = "none"] = opensshWords(text);
  return cipher !== "none" || /^Proc-Type: 4,ENCRYPTED|^-----BEGIN ENCRYPTED/m.test(text);
}

/** The unencrypted head of a key of OpenSSH: magic, cipher, key derivation, the public key's type. */
function opensshWords(text: string): string[] {
  const [, base64] = /^-----BEGIN OPENSSH PRIVATE KEY-----([\s\S]*?)(-----|$)/.exec(text) ?? [];
  const bytes = Buffer.from(base64 ?? "", "base64");
  const magic = "openssh-key-v1\0";
  if (bytes.toString("latin1", 0, magic.length) !== magic) {
    return [];
  }
  let at = magic.length;
  const next = () => {
    const length = at + 4 <= bytes.length ? bytes.readUInt32BE(at) : 0;
    const word = bytes.toString("latin1", at + 4, at + 4 + length);
    at += 4 + length;
    return word;
  };
  const [cipher, derivation] = [next(), next()];
  next();
  // The count of keys, and the length of the first public one, whose first word is its type.
  at += 8;
  return [magic, cipher, derivation, next()];
}
