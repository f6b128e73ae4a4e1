/** Writes calls as fast as it can, and says which are kept: to be killed by record-kill.test.ts. */
import { openStore } from "../../src/server/store/sqlite-store.ts";
import type { CallRecord } from "../../src/server/store/store.ts";
import { batch, call } from "../unit/record/calls.ts";

const [path = "", instance = ""] = process.argv.slice(2);
const store = openStore(path, instance, {
  onProblem: (problem) => {
    console.log(JSON.stringify({ problem }));
    process.exit(1);
  },
});
const client = `1.000000-${instance}`;

for (let round = 1; ; round++) {
  const calls = Array.from({ length: 200 }, (_, index) => ({
    ...call("streamed", [index % 50, { instance, round, index }]),
    seq: round * 1_000 + index,
  }));
  store.record(batch(calls, client));
  const told: CallRecord = {
    callId: `1.000000-${instance}-http.${round}`,
    functionName: "told",
    status: "success",
    startedAt: 1,
    completedAt: 2,
    process: batch([]).process,
    parentCallId: null,
    args: [],
    kwargs: new Map(),
    target: null,
    result: null,
    thrown: null,
    exception: null,
    frames: [],
    fields: {},
  };
  store.addCall(told);
  console.log(
    JSON.stringify({ at: Date.now(), streamed: `${client}.${round * 1_000 + 199}`, told: told.callId }),
  );
  // Timers must come to their turn: what is buffered is written by one, and so are the indexes.
  await Bun.sleep(1);
}
