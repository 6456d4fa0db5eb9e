import { chromium, type Browser } from "playwright-core";

/** The browser asks nobody for anything by itself, and keeps nothing. */
const flags = [
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  ...["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync"],
];

/** The Chromium that set-up found for `npm test`, else Debian's; with a new profile. */
export function launch(...more: string[]): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.IPVS_LAB_CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: [...flags, ...more],
  });
}
