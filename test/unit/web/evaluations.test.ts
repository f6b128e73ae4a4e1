/** The lines of a console: what was evaluated here, and what others evaluated. */
import { expect, test } from "bun:test";
import type { ReplEntry } from "../../../src/protocol/pauses.ts";
import { type Evaluation, withEntry } from "../../../web/src/repl/evaluations.ts";

const answer = { output: "2", stdout: "", is_error: false, result_cid: null };
const told = (eval_id: string, expr: string, started_at: number): ReplEntry => ({
  eval_id,
  expr,
  ...answer,
  evaluated_by: { kind: "agent", name: "helper" },
  started_at,
  completed_at: started_at + 1,
});
const own = (expr: string, more: Partial<Evaluation> = {}): Evaluation => ({
  id: "mine",
  evalId: null,
  expr,
  answer: null,
  by: null,
  startedAt: 5,
  ...more,
});

test("what another evaluated stands where it began, and is told once", () => {
  const once = withEntry([own("b")], told("e1", "a", 4));
  expect(once.map(({ expr }) => expr)).toEqual(["a", "b"]);
  expect(once[0]?.by).toEqual({ kind: "agent", name: "helper" });
  expect(withEntry(once, told("e1", "a", 4))).toBe(once);
});

test("what the server tells of an own one is that one, before its answer and after it", () => {
  for (const begun of [own("a"), own("a", { answer })]) {
    expect(withEntry([begun], told("e1", "a", 6))).toEqual([{ ...begun, evalId: "e1", answer }]);
  }
});

test("two that say the same are two", () => {
  const one = withEntry([own("a")], told("e1", "a", 6));
  expect(withEntry(one, told("e2", "a", 7)).map(({ by }) => by?.kind)).toEqual([undefined, "agent"]);
});

test("one that the server refused is never what another evaluated", () => {
  expect(withEntry([own("a", { answer, isRefused: true })], told("e1", "a", 6))).toHaveLength(2);
});
