/** Where the helper thread's file is: in the sources, in the npm package, or inside a compiled executable. */
import { existsSync, readdirSync } from "node:fs";
import { sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Beside this module in the sources; beside dist/lib/client/index.js, of which this module is then a part. */
const PLACES = ["./sync-worker.ts", "./sync-worker.js"];

/** Where Bun keeps the files of an executable. */
const EMBEDDED = /[/\\](\$bunfs|~BUN)[/\\]/;

/** The file, with all places that were looked at. */
export function findWorkerFile(base: string = import.meta.url): { found: URL | null; looked: string[] } {
  const urls = PLACES.map((place) => new URL(place, base)).filter((url) => url.protocol === "file:");
  const found = urls.find((url) => existsSync(url)) ?? findEmbedded(base);
  return { found, looked: urls.map((url) => fileURLToPath(url)) };
}

/**
 * In an executable, further entry points lie under their path below the common folder of all entry points, which this
 * module cannot know: it looks through the few files there are.
 */
function findEmbedded(base: string): URL | null {
  const folder = base.startsWith("file:") ? fileURLToPath(new URL("./", base)) : "";
  if (!EMBEDDED.test(folder)) return null;
  const names = readdirSync(folder, { recursive: true }).map(String);
  const ours = names.find((name) => /(^|[/\\])client[/\\]sync-worker\.(js|ts)$/.test(name));
  return ours === undefined ? null : pathToFileURL(folder + ours.replaceAll("/", sep));
}
