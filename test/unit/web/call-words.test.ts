/** A recorded call in one line of the page. */
import { expect, test } from "bun:test";
import type { CallSummary } from "../../../src/protocol/records.ts";
import { valuesText } from "../../../web/src/calls/call-words.ts";

const row = (fields: Partial<CallSummary>) =>
  ({
    status: "success",
    args_text: '"A-1042", 249.9',
    result_text: '"charged"',
    exception: null,
    action: null,
    decided_by: null,
    changes: [],
    ...fields,
  }) as CallSummary;
const values = '"A-1042", 249.9 → "charged"';
const change = (from: string, to: string) => [{ what: "args[1]", from, to }];

test.each<[Partial<CallSummary>, string]>([
  [{}, values],
  [{ action: "modify", changes: change("249.9", "24.99") }, `ran with args[1] 249.9 → 24.99 · ${values}`],
  [
    { action: "modify", changes: change("1", "2"), decided_by: { kind: "agent", name: "Claude" } },
    `ran with args[1] 1 → 2 by agent Claude · ${values}`,
  ],
  // What is long would leave no room for the values.
  [{ action: "modify", changes: change("x".repeat(50), "y") }, `ran with an edit · ${values}`],
  [{ action: "skip", changes: [{ what: "result", from: null, to: '"charged"' }] }, `skipped · ${values}`],
])("%j", (fields, text) => {
  expect(valuesText(row(fields))).toBe(text);
});
