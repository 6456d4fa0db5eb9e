import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** A file of the page, as the server sends it. */
export interface PageFile {
  /** Its media type. */
  type: string;
  body: Uint8Array;
}

const folder = new URL("./browser/", import.meta.url);

/**
 * Bundles the page with everything it needs, so that it loads nothing from elsewhere.
 * @returns The files by their paths; "/" is the page itself.
 * @throws Error of esbuild, which names the file and line.
 */
export async function buildPage(): Promise<Map<string, PageFile>> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("main.tsx", folder))],
    outfile: "/page.js",
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "silent",
  });
  const types: Record<string, string> = {
    "/page.js": "text/javascript; charset=utf-8",
    "/page.css": "text/css; charset=utf-8",
  };
  const files = new Map<string, PageFile>();
  files.set("/", {
    type: "text/html; charset=utf-8",
    body: await readFile(new URL("page.html", folder)),
  });
  files.set("/icon.svg", {
    type: "image/svg+xml",
    body: await readFile(new URL("icon.svg", folder)),
  });
  for (const { path, contents } of outputFiles) {
    const name = `/${path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1)}`;
    files.set(name, { type: types[name] ?? "application/octet-stream", body: contents });
  }
  return files;
}
