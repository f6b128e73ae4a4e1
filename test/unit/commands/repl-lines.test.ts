/** What the prompt of `cideldill repl` makes of what is typed. */
import { describe, expect, test } from "bun:test";
import { complete } from "../../../src/commands/repl-complete.ts";
import { isWhole, type Language } from "../../../src/commands/repl-lines.ts";
import type { ReplEvalResponse } from "../../../src/protocol/pauses.ts";

describe("input is whole", () => {
  test.each<[string, Language]>([
    ["", "javascript"],
    ["1 + 1", "javascript"],
    ["[1, 2].map((x) => x)", "javascript"],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is source
    ["`a ${b} c`", "javascript"],
    ["if (a) { b }", "javascript"],
    ["x => x", "javascript"],
    ["a++", "javascript"],
    ["'('", "javascript"],
    ["/[(]/.test(a)", "javascript"],
    ["1 + 1", "python"],
    ["{'a': 1}", "python"],
    ["def f():\n  return 1\n", "python"],
    ["'(' # (", "python"],
  ])("%j in %s", (source, language) => expect(isWhole(source, language)).toBe(true));

  test.each<[string, Language]>([
    ["[1,", "javascript"],
    ["function f() {", "javascript"],
    ["function f() {\n  return 1;", "javascript"],
    ["`a", "javascript"],
    ["const a =", "javascript"],
    ["x =>", "javascript"],
    ["f(", "python"],
    ["for x in y:", "python"],
    ["def f():\n  return 1", "python"],
    ["'''a", "python"],
  ])("not yet: %j in %s", (source, language) => expect(isWhole(source, language)).toBe(false));
});

describe("Tab", () => {
  const asked: string[] = [];
  const completer = (language: Language, output = "name nick total") => ({
    language,
    names: ["amount", "customer", "$args"],
    ask: async (expr: string): Promise<ReplEvalResponse> => {
      asked.push(expr);
      return { output: `'${output}'`, stdout: "", is_error: false, result_cid: null };
    },
  });

  test("completes the names of the call", async () => {
    expect(await complete("1 + am", completer("javascript"))).toEqual([["amount"], "am"]);
    expect(await complete("$a", completer("javascript"))).toEqual([["$args"], "$a"]);
    expect(await complete("", completer("javascript"))).toEqual([[], ""]);
  });

  test("asks the program for members, by a way that calls nothing", async () => {
    expect(await complete("f(customer.n", completer("javascript"))).toEqual([["name", "nick"], "n"]);
    expect(asked.at(-1)).toContain("Object(customer)");
    expect(await complete("customer.", completer("python"))).toEqual([["name", "nick", "total"], ""]);
    expect(asked.at(-1)).toContain("dir(customer)");
    const before = asked.length;
    expect(await complete("run().n", completer("javascript"))).toEqual([[], "n"]);
    expect(asked).toHaveLength(before);
  });
});
