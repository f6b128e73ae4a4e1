/** `bun run bench`: every benchmark, as ratios against the floor of its own run. Exits 1 when a promise is broken. */
import { contract } from "./contract.ts";
import { print } from "./measure.ts";
import { startup } from "./startup.ts";

const kept = [
  print("Start to published port (median)", await startup()),
  print("One call over HTTP (median)", await contract()),
];
process.exit(kept.every(Boolean) ? 0 : 1);
