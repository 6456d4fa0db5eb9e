import ipaddr from "ipaddr.js";

/** An address in the spelling that the kernel prints; undefined if the text is none. */
export function addressOf(text: string): string | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) {
    return text;
  }
  return text.includes(":") && !text.includes("%") && ipaddr.IPv6.isValid(text)
    ? ipaddr.IPv6.parse(text).toRFC5952String()
    : undefined;
}

/** The addresses from one to another, both included; undefined if there are more than `max`, or not both of one family. */
export function addressesBetween(from: string, to: string, max: number): string[] | undefined {
  const [first, last] = [numberOf(from), numberOf(to)];
  const isOneFamily = from.includes(":") === to.includes(":");
  return !isOneFamily || last < first || last - first >= BigInt(max)
    ? undefined
    : Array.from({ length: Number(last - first) + 1 }, (_, i) =>
        textOf(first + BigInt(i), from.includes(":")),
      );
}

/** The first and last address of a network such as 192.0.2.8/29. */
export function endsOf(network: string): [from: string, to: string] | undefined {
  const [address = "", length = ""] = network.split("/");
  const known = addressOf(address);
  const bits = known?.includes(":") ? 128 : 32;
  if (known === undefined || !/^\d+$/.test(length) || Number(length) > bits) {
    return undefined;
  }
  const size = 1n << BigInt(bits - Number(length));
  const first = (numberOf(known) / size) * size;
  return [textOf(first, bits === 128), textOf(first + size - 1n, bits === 128)];
}

function numberOf(address: string): bigint {
  const bytes = ipaddr.parse(address).toByteArray();
  return bytes.reduce((number, byte) => number * 256n + BigInt(byte), 0n);
}

function textOf(number: bigint, isIpv6: boolean): string {
  const bytes = Array.from({ length: isIpv6 ? 16 : 4 }, (_, i) =>
    Number((number >> BigInt(8 * ((isIpv6 ? 15 : 3) - i))) & 255n),
  );
  return isIpv6 ? new ipaddr.IPv6(bytes).toRFC5952String() : bytes.join(".");
}
