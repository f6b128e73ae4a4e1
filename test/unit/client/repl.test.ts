/** Evaluating at a paused call: what is understood, what is seen, what is kept, what is cut off. */
import { describe, expect, test } from "bun:test";
import { inspect, types } from "node:util";
import { type AsyncChannel, runAsync, runSync } from "../../../src/client/core/effects.ts";
import { type Evaluated, type EvaluationTools, evaluate } from "../../../src/client/core/repl.ts";
import { type Beside, currentArgs, replStateOf } from "../../../src/client/core/repl-scope.ts";
import { cutOff } from "../../../src/client/cut-off.ts";
import { encode } from "../../../src/client/encode/encode.ts";

const nowhere = {} as AsyncChannel;

function paused(args: unknown[], options: { signature?: string; thisArg?: unknown; cutOffMs?: number } = {}) {
  const tools: EvaluationTools = {
    inspect: (value) => inspect(value),
    isProxy: types.isProxy,
    cutOff: (work, ms) => cutOff(work, options.cutOffMs ?? ms),
  };
  const beside: Beside = {
    args: args.map((value) => ({ value, text: encode(value) })),
    thisArg: options.thisArg,
    signature: options.signature ?? null,
  };
  return {
    beside,
    run: (source: string, session = "s"): Promise<Evaluated> =>
      runAsync(evaluate(tools, beside, source, session), nowhere),
    runSync: (source: string): Evaluated => runSync(evaluate(tools, beside, source), {} as never),
  };
}

describe("what is understood", () => {
  test.each<[string, string]>([
    ["1 + 1", "2"],
    ["{ a: 1, b: [2] }", "{ a: 1, b: [ 2 ] }"],
    ["{ let a = 1; a + 1 }", "2"],
    ["if (1 > 2) 'x'; else 'y'", "'y'"],
    ["let n = 0; for (const x of [1, 2, 3]) n += x; n", "6"],
    ["const [a, { b, c = 5 }] = [1, { b: 2 }]; a + b + c", "8"],
    ["let u; u", "undefined"],
    ["var v = 3, w = v * 2\nw", "6"],
    ["function twice(x) {\n  return x * 2;\n}\ntwice(4)", "8"],
    ["early(2); function early(x) { return x + 1 }", "3"],
    ["class P { x = 1 }\nnew P().x", "1"],
    ["await Promise.resolve(7)", "7"],
    ["const r = await Promise.resolve({ ok: 1 }); r.ok", "1"],
    ["let t = 0; for (const p of [1, 2]) t += await p; t", "3"],
    ["const x = await 4\nx\n  + 1", "5"],
    ["async function f() { return await 9 }\nawait f()", "9"],
    ["await Promise.all([1, 2].map(async (x) => x * 2))", "[ 2, 4 ]"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source
    ["`${[1, 2].map((x) => `${x}`).join()}`", "'1,2'"],
    ["let c = 1 // one\nlet d = c + 1 // two", "undefined"],
    ["/[/}]+/.test('}')", "true"],
    ["'let x = 1; await' // let y", "'let x = 1; await'"],
    ["(() => { let inner = 2; return inner })()", "2"],
    ["undeclared = 5; undeclared * 2", "10"],
    ["typeof nothingAtAll", "'undefined'"],
    ["(async () => 3)()", "3"],
    ["", "undefined"],
  ])("%s", async (source, expected) => {
    expect(await paused([]).run(source)).toMatchObject({ result: expected });
  });

  test.each<[string, RegExp]>([
    ["1 +", /^SyntaxError: /],
    ["await (", /^SyntaxError: /],
    ["nope", /^ReferenceError: nope is not defined|Can't find variable: nope/],
    ["let z = nope2", /^ReferenceError: /],
    ["throw new RangeError('far')", /^RangeError: far/],
    ["throw 5", /^thrown: 5/],
    ["await Promise.reject(new TypeError('no'))", /^TypeError: no/],
  ])("%s fails", async (source, expected) => {
    const { error, result } = await paused([]).run(source);
    expect(error).toMatch(expected);
    expect(result).toBeUndefined();
  });

  test("an error tells the way from the code to where it was thrown, and nothing of this library", async () => {
    const { error } = await paused([]).run("function deep() { throw new Error('x') }\n\ndeep()");
    expect(error).toMatch(/^Error: x\n {4}at deep \(repl:1\)\n {4}at .*\(repl:3\)$/);
  });
});

describe("what is seen", () => {
  test("arguments, parameters by name, this, and the last result", async () => {
    const call = paused([2, { n: 3 }, "a", "b"], {
      signature: "(amount, {n}, ...rest)",
      thisArg: { name: "till" },
    });
    expect(await call.run("[$args.length, amount, rest, $this.name, this.name]")).toMatchObject({
      result: "[ 4, 2, [ 'a', 'b' ], 'till', 'till' ]",
    });
    expect(await call.run("_.length")).toMatchObject({ result: "5" });
    expect(await call.run("_ * 2")).toMatchObject({ result: "10" });
    expect((await call.run("typeof n")).result).toBe("'undefined'");
  });

  test("the names that conditions and the page use, unless something has such a name itself", async () => {
    const call = paused([2, "b"], { signature: "(amount)" });
    expect((await call.run("args[1]")).result).toBe("'b'");
    expect((await call.run("args[0] = 11; amount")).result).toBe("11");
    expect((await call.run("let args = 5; args + 1")).result).toBe("6");
    expect((await call.run("$args.length")).result).toBe("2");
    expect((await call.run("result")).error).toContain("ReferenceError");
    replStateOf(call.beside).end = { result: "gave" };
    expect((await call.run("result.length")).result).toBe("4");
    expect((await call.run("result = 7; result")).result).toBe("7");
    const other = paused([["own"]], { signature: "(args)" });
    expect((await other.run("args[0]")).result).toBe("'own'");
  });

  test("what the call gave, after it ran", async () => {
    const call = paused([1], { signature: "(a)" });
    expect((await call.run("$result")).error).toContain("ReferenceError");
    replStateOf(call.beside).end = { result: [1, 2] };
    expect((await call.run("$result.length")).result).toBe("2");
    expect((await call.run("$result = 5")).error).toContain("cannot be assigned");
    replStateOf(call.beside).end = { error: new Error("late") };
    expect((await call.run("$error.message")).result).toBe("'late'");
  });

  test("nothing of it stays in the program", async () => {
    await paused([1], { signature: "(a)" }).run(
      "let kept1 = 1; var kept2 = 2; kept3 = 3; function kept4() {}",
    );
    expect(Object.keys(globalThis).filter((name) => name.startsWith("kept"))).toEqual([]);
    expect(Object.getOwnPropertySymbols(globalThis).map(String)).not.toContain("Symbol(cideldill.cut-off)");
  });

  test("globals of the program are the program's", async () => {
    (globalThis as { replProbe?: number }).replProbe = 1;
    await paused([]).run("replProbe = 2");
    expect((globalThis as { replProbe?: number }).replProbe).toBe(2);
    delete (globalThis as { replProbe?: number }).replProbe;
  });
});

describe("what is kept", () => {
  test("variables, for their session alone", async () => {
    const call = paused([]);
    await call.run("const total = 5; let { x } = { x: 1 }", "one");
    expect((await call.run("total + x", "one")).result).toBe("6");
    expect((await call.run("const total = 7; total", "one")).result).toBe("7");
    expect((await call.run("total", "two")).error).toContain("total");
  });

  test("an argument that was assigned is what the call runs with", async () => {
    const call = paused([1, { q: 1 }], { signature: "(amount, item)" });
    expect((await call.run("amount = 10")).args).toEqual([[0, "10"]]);
    expect((await call.run("item.q = 2; $args.length")).args).toEqual([[1, '{"q":2}']]);
    expect((await call.run("amount")).args).toBeUndefined();
    expect((await call.run("$args[0] = 11; amount")).result).toBe("11");
    expect((await call.run("$args = [7, 8]; item")).result).toBe("8");
    expect(currentArgs(call.beside)).toEqual([7, 8]);
  });
});

describe("what it prints", () => {
  test("is captured, also what it calls and what comes after it waited", async () => {
    const own = console.log;
    const call = paused([() => console.log("from the program", { a: 1 })]);
    expect(await call.run("console.error('one'); $args[0](); await 1; console.log('two'); 3")).toMatchObject({
      result: "3",
      stdout: "one\nfrom the program { a: 1 }\ntwo\n",
    });
    expect(console.log).toBe(own);
  });

  test("is captured of code that fails", async () => {
    expect(await paused([]).run("console.log('before'); nope()")).toMatchObject({ stdout: "before\n" });
  });
});

describe("what is cut off", () => {
  test.each(["for (;;);", "while (true) { try { for (;;); } catch {} }"])("%s", async (source) => {
    const call = paused([1], { cutOffMs: 150 });
    expect((await call.run(source)).error).toContain("did not end within 0.15 s and was stopped");
    expect((await call.run("$args[0] + 1")).result).toBe("2");
  });

  test("long texts", async () => {
    const { stdout } = await paused([]).run("console.log('x'.repeat(300000))");
    expect(stdout).toMatch(/… \(300001 characters\)$/);
    expect(stdout.length).toBeLessThan(100_100);
  });
});

test("a held thread cannot wait, and says so", () => {
  const call = paused([2], { signature: "(a)" });
  expect(call.runSync("a * 2")).toMatchObject({ result: "4" });
  expect(call.runSync("await Promise.resolve(1)").result).toContain("held by the pause");
});
