/** Publishes like a server: waits for a signal file, starts and stops a few times, stays until its input ends. */
import { existsSync } from "node:fs";
import { publish, unpublish, unpublishSync } from "../../../src/discovery/index.ts";
import { makeRecord } from "./server-record.ts";

const firstPort = Number(process.argv[2]);
const go = process.argv[3] ?? "";

console.log("ready");
while (!existsSync(go)) await Bun.sleep(2);
for (let round = 0; round < 3; round++) {
  const record = makeRecord(firstPort + round);
  await publish(record);
  await Bun.sleep(Math.random() * 5);
  if (round % 2) await unpublish(record);
  else unpublishSync(record);
}
const record = makeRecord(firstPort + 9);
const { problem } = await publish(record);
console.log(problem ?? "published");
for await (const _ of process.stdin);
await unpublish(record);
