import { chromium, type Browser } from "playwright-core";

/** The browser asks nobody for anything by itself, and keeps nothing. */
const flags = [
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  ...["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync"],
];

/** Debian's Chromium, with a new profile. */
export function launch(...more: string[]): Promise<Browser> {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    headless: true,
    args: [...flags, ...more],
  });
}
