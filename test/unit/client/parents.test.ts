/** Calls know the call they were made in. */
import { expect, test } from "bun:test";
import { stackScope } from "../../../src/client/core/stack-scope.ts";
import { onBench } from "./support/scripted-client.ts";

/** name -> name of its parent. */
function tree(bench: ReturnType<typeof onBench>): Record<string, string | null> {
  const names = new Map(bench.server.calls.map((call) => [call.id, call.start.method_name]));
  return Object.fromEntries(
    bench.server.calls.map(({ start }) => [
      start.method_name,
      start.parent_call_id ? (names.get(start.parent_call_id) ?? "unknown") : null,
    ]),
  );
}

test("nested synchronous calls", () => {
  const bench = onBench();
  const inner = bench.withDebug(["inner", () => 1]);
  const middle = bench.withDebug(["middle", () => inner() + bench.debugCall("inline", () => 1)]);
  bench.withDebug(["outer", () => middle()])();
  bench.withDebug(["after", () => 1])();
  expect(tree(bench)).toEqual({
    outer: null,
    middle: "outer",
    inner: "middle",
    inline: "middle",
    after: null,
  });
});

test("across awaits and timers, several at once", async () => {
  const bench = onBench();
  const pause = () => new Promise((done) => setTimeout(done, 1));
  const leaf = bench.withDebug(["leaf", async (name: string) => name]);
  const branches = ["a", "b", "c"].map((name) =>
    bench.withDebug([
      name,
      async () => {
        await pause();
        await bench.asyncDebugCall(`${name}.leaf`, leaf, name);
        await pause();
        return bench.debugCall(`${name}.last`, () => name);
      },
    ]),
  );
  await bench.withDebug(["root", async () => await Promise.all(branches.map((branch) => branch()))])();
  const expected = { root: null, a: "root", b: "root", c: "root" };
  const leaves = Object.fromEntries(
    ["a", "b", "c"].flatMap((name) => [
      [`${name}.leaf`, name],
      [`${name}.last`, name],
    ]),
  );
  expect(tree(bench)).toEqual({ ...expected, ...leaves });
});

test("methods, constructors, replacements and what throws", () => {
  const bench = onBench();
  const leaf = bench.withDebug(["leaf", () => 1]);
  class Thing {
    constructor() {
      leaf();
    }
  }
  new (bench.withDebug(Thing))();
  expect(tree(bench)).toEqual({ Thing: null, leaf: "Thing" });
  bench.registerReplacement("stand-in", () => leaf());
  bench.server.before("replaced", { action: "replace", function_name: "stand-in" });
  bench.withDebug(["replaced", () => 2])();
  expect(tree(bench).leaf).toBe("replaced");
  const fail = bench.withDebug([
    "fail",
    () => {
      throw new Error("no");
    },
  ]);
  expect(() => fail()).toThrow("no");
  leaf();
  expect(tree(bench).leaf).toBeNull();
});

test("without async context, a call knows its parent until the first await", async () => {
  const scope = stackScope();
  const seen: unknown[] = [];
  const run = <T>(callId: string, work: () => T): T => {
    const before = scope.swap(callId);
    try {
      return work();
    } finally {
      scope.swap(before);
    }
  };
  await run("a", async () => {
    seen.push(
      scope.current(),
      run("b", () => scope.current()),
      scope.current(),
    );
    await null;
    seen.push(scope.current());
  });
  expect([...seen, scope.current()]).toEqual(["a", "b", "a", null, null]);
});
