/** Where the built pages are: inside the executable, beside the sources, or in the npm package. */
import { existsSync } from "node:fs";
import { join } from "node:path";

const CANDIDATES = ["dist", "../../web/dist", "../../../web/dist"];

/** The folder with index.html, or null when the pages have not been built. */
export function findWebRoot(): string | null {
  const folders = CANDIDATES.map((candidate) => join(import.meta.dir, candidate));
  return folders.find((folder) => existsSync(join(folder, "index.html"))) ?? null;
}
