/** Where the helper thread's file is: in the sources, in the npm package, or inside a compiled executable. */
import { existsSync } from "node:fs";

/**
 * Places relative to this module, which is `src/client/worker-place.ts`, or a part of `dist/lib/client/index.js`, or of
 * an executable's only file. There Bun keeps other entry points under their path below the entry points' common
 * folder, which is `src` for us; the rest is for programs that compile us in from elsewhere.
 */
const PLACES = [
  "./sync-worker.ts",
  "./sync-worker.js",
  "./client/sync-worker.js",
  "./src/client/sync-worker.js",
  "./node_modules/cideldill/src/client/sync-worker.js",
  "./node_modules/cideldill/dist/lib/client/sync-worker.js",
];

/** The first place that exists, with all that were looked at. */
export function findWorkerFile(base: string = import.meta.url): { found: URL | null; looked: string[] } {
  const urls = PLACES.map((place) => new URL(place, base));
  const found = urls.find((url) => url.protocol === "file:" && existsSync(url));
  return { found: found ?? null, looked: urls.map((url) => url.href) };
}
