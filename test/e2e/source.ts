/** The command line from its sources. */
import { join } from "node:path";
import { Place } from "./place.ts";

const ROOT = join(import.meta.dir, "../..");

export const sourcePlace = (): Place => new Place([process.execPath, join(ROOT, "src/cli.ts")]);

/** Path of something in this repository. */
export const inRepository = (path: string): string => join(ROOT, path);
