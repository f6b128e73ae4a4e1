import { beforeAll, describe, expect, test } from "bun:test";
import {
  ConditionError,
  compileExpression,
  compileTemplate,
  loadLibraries,
} from "../../../src/server/conditions/index.ts";

beforeAll(loadLibraries);

const FACTS: Record<string, unknown> = {
  args: [{ amount: 120, items: ["a", "b"], user: { name: "Ann" } }, 7, null],
  kwargs: new Map<unknown, unknown>([
    ["flag", true],
    [3, "three"],
  ]),
  hits: 3,
  big: 12345678901234567890n,
};
const vocabulary = {
  variables: new Map<string, string | null>([
    ["args", null],
    ["kwargs", null],
    ["hits", null],
    ["big", null],
    ["result", "asks for result, which is known only after the call"],
  ]),
};
const evaluate = (text: string, facts = FACTS) =>
  compileExpression(text, vocabulary).evaluate((name) => facts[name]);
const failure = (text: string, facts = FACTS): { message: string; column: number } => {
  try {
    const value = evaluate(text, facts);
    throw new Error(`it did not fail: ${JSON.stringify(value)}`);
  } catch (error) {
    if (error instanceof ConditionError) return { message: error.message, column: error.place };
    throw error;
  }
};

describe("what conditions say", () => {
  test.each([
    ["args[0].amount > 100", true],
    ["args[0].amount > 100 && hits == 3", true],
    ["args[0]['amount'] == 120.0", true],
    ["args[0].user.name.startsWith('A')", true],
    ["args[0].user.name.matches('^A[a-z]+$')", true],
    ["matches(args[0].user.name, 'x')", false],
    ["size(args) == 3 && args.size() == 3", true],
    ["args[0].items.exists(i, i == 'b')", true],
    ["args[0].items.all(i, i < 'c')", true],
    ["args[0].items.map(i, i + '!') == ['a!', 'b!']", true],
    ["args[0].items.filter(i, i != 'a') == ['b']", true],
    ["args[0].items.exists_one(i, i == 'a')", true],
    ["has(args[0].user) && !has(args[0].nobody)", true],
    ["'flag' in kwargs && kwargs.flag", true],
    ["kwargs[3] == 'three'", true],
    ["7 in args && !(8 in args)", true],
    ["args[2] == null", true],
    ["args[1] % 2 == 1 && args[1] / 2 == 3.5 && -args[1] == -7", true],
    ["args[1] > 5 ? 'big' : 'small'", "big"],
    ["big == 12345678901234567890", true],
    ["big > 5", true],
    ["int('12') + double('0.5') == 12.5", true],
    ["string(args[0].items)", '["a","b"]'],
    ["type(args[0]) + type(args[1]) + type(args)", "mapintlist"],
    ["{'a': 1} == {'a': 1} && {'a': 1} != {'a': 2}", true],
    ["'ABC'.lowerAscii() == 'abc' && ' x '.trim() == 'x' && 'a,b'.split(',').size() == 2", true],
    ["args[0].missing == 1 || true", true],
    ["args[0].missing == 1 && false", false],
    ["args.map(a, args.map(b, a == b)).size() == 3", true],
  ])("%s", (text, expected) => {
    expect(evaluate(text)).toEqual(expected);
  });
});

describe("a condition that is wrong says where, before any call", () => {
  test.each([
    ["args[0", 7, 'lacks "]" at its end'],
    ["args[0].amount >", 17, "ends too early"],
    ["args[0].amount >> 1", 17, 'cannot have ">" there'],
    ["hits = 3", 6, 'writes "=" for equal: that is "=="'],
    ["hits === 3", 8, 'writes "===": that is "=="'],
    ["hits !== 3", 8, 'writes "!==": that is "!="'],
    ["args[0]?.name == 'x'", 9, 'writes "?.": ask whether it is there'],
    ["args[0] @ 1", 9, "unexpected character"],
    ["args[0].includes('x')", 9, "did you mean contains?"],
    ["args[0].toLowerCase() == 'x'", 9, "did you mean lowerAscii?"],
    ["amount > 2", 1, "an argument goes by its place, args[0]"],
    ["function == 'f'", 1, "reserved identifier: function"],
    ["arg[0] > 1", 1, "did you mean args?"],
    ["hits > 1 && amount > 2", 13, "does not know the variable amount"],
    ["args[0].startWith('x')", 9, "did you mean startsWith?"],
    ["siz(args) > 1", 1, "did you mean size?"],
    ["size(args, 1) > 1", 1, "it takes 1"],
    ["result > 1", 1, "only after the call"],
    ["args[0].matches('(')", 17, "regular expression"],
    ["args[0].matches('(a)\\\\1')", 17, "regular expression"],
    ["", 1, "is empty"],
    ["args.exists(x)", 6, "takes a name and an expression"],
    ["has(args)", 1, "takes a field"],
  ])("%s", (text, column, message) => {
    const wrong = failure(text);
    expect(wrong.message).toContain(message);
    expect(wrong.column).toBe(column);
  });
});

describe("at a call", () => {
  test.each([
    ["args[0].amout > 1", 'finds no "amout" there (there are amount, items, user)'],
    ["args[9] == 1", "finds no [9] in a list of 3"],
    ["args[0] > 1", "cannot compare map with int"],
    ["args[1] / 0", "divides by zero"],
    ["args[0].user.name + 1", "cannot add string and int"],
    ["args[1].foo", "has no members"],
    ["args.length > 1", "for its length: write size(...)"],
    ["args[0].user.name.length > 1", "size(...)"],
    ["args[0].__proto__", "finds no"],
    ["args[0].constructor", "finds no"],
  ])("%s", (text, message) => {
    expect(failure(text).message).toContain(message);
  });
});

describe("hostile conditions are bounded and reported", () => {
  const numbers = Array.from({ length: 20_000 }, (_, index) => index);
  const within = (ms: number, work: () => { message: string }): string => {
    const start = performance.now();
    const { message } = work();
    expect(performance.now() - start).toBeLessThan(ms);
    return message;
  };

  test("catastrophic regular expressions run in linear time", () => {
    const facts = { args: ["a".repeat(50_000)] };
    const start = performance.now();
    expect(evaluate("args[0].matches('(a+)+$')", facts)).toBe(true);
    expect(evaluate("args[0].matches('^(a|a)*b$')", facts)).toBe(false);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
  test("patterns that come to much when their counts are written out", () => {
    for (const pattern of [
      "(((a{1,10}){1,10}){1,10})*$",
      "((a{1,30}){1,30}){1,30}",
      "(a{900})(b{900})",
      `${"(a{99})".repeat(50)}`,
    ]) {
      const text = `args[0].matches('${pattern}')`;
      expect(within(500, () => failure(text, { args: ["a".repeat(20_000)] }))).toContain(
        "parts, counted out",
      );
    }
    const uuid = "args[0].matches('^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$')";
    expect(evaluate(uuid, { args: ["3f2a9c1e-7b1c-4d2e-9a41-0c5d6e7f8a9b"] })).toBe(true);
    const large = "args[0].matches('(a{1,200}b{1,200})+$')";
    expect(within(1_000, () => failure(large, { args: ["a".repeat(100_000)] }))).toMatch(
      /took (more|longer)/,
    );
  });
  test("patterns made at every step", () => {
    const text = "args.all(a, 'x'.matches(string(a) + '(b{1,99})*') || true)";
    expect(within(2_000, () => failure(text, { args: numbers }))).toMatch(/took (more|longer)/);
  });
  test("loops over loops over large lists", () => {
    const text = "args.all(a, args.all(b, args.all(c, a + b + c >= 0)))";
    expect(within(1_000, () => failure(text, { args: numbers }))).toMatch(/took (more|longer) than/);
  });
  test("what took too much is not made good by the other side of an or", () => {
    const loop = "args.all(a, args.all(b, a + b >= 0) || true)";
    expect(within(1_000, () => failure(loop, { args: numbers }))).toMatch(/took (more|longer)/);
  });
  test("texts that grow", () => {
    const grow = "args.map(a, args.map(b, T + T + T + T)).size() > 0".replaceAll("T", "(args[0] + args[0])");
    expect(within(1_000, () => failure(grow, { args: Array(1000).fill("x".repeat(5_000)) }))).toMatch(
      /took (more|longer)/,
    );
  });
  test("deep nesting", () => {
    for (const deep of [
      `${"(".repeat(1_000)}1${")".repeat(1_000)}`,
      `${"[".repeat(1_000)}${"]".repeat(1_000)}`,
      `${"!".repeat(3_900)}true`,
      `${"- ".repeat(1_900)}1`,
      `${"hits ? ".repeat(500)}`,
      `args${"[0]".repeat(1_300)}`,
      `args${".map(x, x".repeat(300)}`,
    ])
      expect(within(500, () => failure(deep)).length).toBeGreaterThan(5);
  });
  test("too long", () => {
    expect(failure(`hits == 1 ${"|| hits == 2 ".repeat(1_000)}`).message).toContain("up to 4000 characters");
    expect(failure(`[${"1,".repeat(1_500)}1]`).message).toContain("too large");
  });
  test("comparing huge values", () => {
    const deepList = numbers.map((number) => [number, { number }]);
    expect(
      within(1_000, () =>
        failure("args == kwargs && args != kwargs || args == kwargs", {
          args: Array(30).fill(deepList),
          kwargs: Array(30).fill(structuredClone(deepList)),
        }),
      ),
    ).toMatch(/took (more|longer)/);
  });
});

describe("templates", () => {
  const say = (text: string) => compileTemplate(text, vocabulary)((name) => FACTS[name]);
  test.each([
    ["paid {args[0].amount} by {args[0].user.name}", "paid 120 by Ann"],
    ["{{braces}} stay", "{braces} stay"],
    ["a map: {{'a': 1}}", "a map: {'a': 1}"],
    ["{'}' + string({'a': 1})}", '}{"a":1}'],
    ["nothing: {args[0].nobody}", '<finds no "nobody" there'],
  ])("%s", (text, expected) => {
    expect(say(text)).toContain(expected);
  });
  test("point at their own columns", () => {
    expect(() => say("abc {arg}")).toThrow("did you mean args?");
    try {
      say("abc {arg}");
    } catch (error) {
      expect((error as ConditionError).place).toBe(6);
    }
    expect(() => say("abc {args")).toThrow("nothing closes");
  });
});
