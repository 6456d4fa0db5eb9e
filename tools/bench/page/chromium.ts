import { chromium, type Browser } from "playwright-core";

/** Flags that keep the browser from making requests of its own and from storing anything. */
const flags = [
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  ...["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync"],
];

/** Starts the Chromium that set-up found for `npm test`, else Debian's, with a new profile. */
export function launch(...more: string[]): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.IPVS_LAB_CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: [...flags, ...more],
  });
}
