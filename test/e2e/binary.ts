/** The compiled executable, alone in a folder with nothing of this repository around it. */
import { chmodSync, copyFileSync, existsSync, linkSync } from "node:fs";
import { join } from "node:path";
import { Place } from "./place.ts";

const NAME = process.platform === "win32" ? "cideldill.exe" : "cideldill";
const BUILT = join(import.meta.dir, "../../dist", NAME);

/** A new place with a copy of the executable. */
export function binaryPlace(): Place {
  if (!existsSync(BUILT)) throw new Error(`${BUILT} is missing; build it first with: bun build.ts`);
  return new Place((folder) => {
    const copy = join(folder, NAME);
    place(copy);
    return [copy];
  });
}

/** A hundred megabytes for each test: linked where that is possible. */
function place(copy: string): void {
  try {
    linkSync(BUILT, copy);
  } catch {
    copyFileSync(BUILT, copy);
    chmodSync(copy, 0o755);
  }
}
