/**
 * `bun run bench`: every benchmark, as ratios against the floor of its own run. Exits 1 when a promise is broken.
 * `bun bench/run.ts client flood release` runs those that are named.
 */
import { client } from "./client.ts";
import { contract } from "./contract.ts";
import { flood } from "./flood.ts";
import { frames } from "./frames.ts";
import { print, type Row } from "./measure.ts";
import { page } from "./page.ts";
import { record } from "./record.ts";
import { release } from "./release.ts";
import { startup } from "./startup.ts";

const BENCHES: Record<string, [title: string, run: () => Promise<Row[]>][]> = {
  startup: [["Start to published port (median)", startup]],
  contract: [["One call over HTTP (median)", contract]],
  client: [
    ["What a call costs in Bun: best of 200 rounds (median)", () => client("bun")],
    ["What a call costs in Node: best of 200 rounds (median)", () => client("node")],
  ],
  frames: [["What the server spends on a frame of the live channel, in one process (median)", frames]],
  flood: [["Calls nobody watches, from a program into the file", flood]],
  record: [["The record with a million calls", record]],
  page: [["The page, 10,000 calls a second streaming in", page]],
  release: [["From a release to the program's next line", release]],
};

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(BENCHES, name));
if (unknown !== undefined) {
  console.error(`There is no benchmark ${unknown}. Known: ${Object.keys(BENCHES).join(" ")}`);
  process.exit(1);
}
let kept = true;
for (const name of asked.length > 0 ? asked : Object.keys(BENCHES)) {
  for (const [title, run] of BENCHES[name] ?? []) kept = print(title, await run()) && kept;
}
process.exit(kept ? 0 : 1);
