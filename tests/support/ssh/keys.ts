import { utils } from "ssh2";

/** A new key. Once in a while ssh2 makes one that it cannot read itself; that one is thrown away. */
export function keyPair(): ReturnType<typeof utils.generateKeyPairSync> {
  const made = utils.generateKeyPairSync("ed25519");
  return utils.parseKey(made.private) instanceof Error ? keyPair() : made;
}

/** A public key as in known_hosts. */
export function words(publicKey: string): string {
  return publicKey.split(" ").slice(0, 2).join(" ");
}
