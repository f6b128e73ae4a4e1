/** Reads a port file in a tight loop until its input ends, both raw and through the reader; prints what it saw. */
import { readFileSync } from "node:fs";
import { readPortFile } from "../../../src/discovery/index.ts";

const path = process.argv[2] ?? "";
const allowed = new Set(["5174", "61234"]);
const bad = new Set<string>();
let reads = 0;
let changes = 0;
let last: string | undefined;
let running = true;

process.stdin.on("end", () => {
  running = false;
});
process.stdin.resume();
console.log("ready");

while (running) {
  for (let burst = 0; burst < 200; burst++) {
    const raw = readFileSync(path, "utf8");
    const port = String(readPortFile(path));
    if (!allowed.has(raw)) bad.add(raw);
    if (!allowed.has(port)) bad.add(port);
    if (raw !== last) changes += 1;
    last = raw;
    reads += 1;
  }
  // Lets the end of the input be noticed.
  await new Promise((done) => setImmediate(done));
}
console.log(JSON.stringify({ reads, changes, bad: [...bad] }));
