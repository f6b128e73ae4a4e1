/** The query language: what it means, where it says it is wrong, and that the indexes never change an answer. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { QueryError } from "../../../src/server/query/ast.ts";
import { checkQuery } from "../../../src/server/query/check.ts";
import { completeQuery } from "../../../src/server/query/complete.ts";
import { compileQuery } from "../../../src/server/query/evaluate.ts";
import { formatQuery } from "../../../src/server/query/format.ts";
import { meantQuery } from "../../../src/server/query/meant.ts";
import { parseQuery } from "../../../src/server/query/parse.ts";
import { search } from "../../../src/server/record/search.ts";
import { Subjects } from "../../../src/server/record/subject.ts";
import { BLOCK } from "../../../src/server/store/block-index.ts";
import { folded } from "../../../src/server/store/searchable.ts";
import type { SharedSite, StreamedCall } from "../../../src/server/store/store.ts";
import { batch, call, storeOf, value } from "./calls.ts";

const NOW = 1_764_309_000;
const meaning = (text: string) => formatQuery(parseQuery(text, NOW));
const wrong = (text: string) => {
  try {
    parseQuery(text, NOW);
  } catch (error) {
    const { column, length, message } = error as QueryError;
    return [column, length, message];
  }
  return "right";
};

const NOBODY = { functions: () => [], signatureOf: () => null };

describe("what a query means", () => {
  test.each([
    ["", ""],
    ["refund", '"refund"'],
    ["a b", '("a" and "b")'],
    ["a or b and c", '("a" or ("b" and "c"))'],
    ["(a or b) c", '(("a" or "b") and "c")'],
    ["not a", 'not "a"'],
    ["-a !b", '(not "a" and not "b")'],
    ["-fn:x", "not fn:x"],
    ["-5", '"-5"'],
    ['"a and b"', '"a and b"'],
    ["fn:tools.*,send?ail", "fn:tools.*,send?ail"],
    ["STATUS:ok", "status:success"],
    ["status:error,running", "status:exception,running"],
    ["error:*", "status:exception"],
    ["arg:refund", 'arg:"refund"'],
    ["arg:$.query~refund", "arg:$.query~refund"],
    ["result:>5", "result:>5"],
    ["duration:>100ms", "duration:>100ms"],
    ["cid:ABCDEF12", "cid:abcdef12"],
    ["number:#5..9", "number:5..9"],
    ["number:>=#5", "number:5..999999999999999"],
    ["number:>5", "number:6..999999999999999"],
    ["number:<5", "number:0..4"],
    ["number:<=5", "number:0..5"],
    ["number:<0", "number:0"],
    ["name:a AND pid:7", "(fn:a and process:7)"],
  ])("%s", (text, expected) => {
    expect(meaning(text)).toBe(expected);
    // As it was understood it is a query that means the same.
    expect(meaning(expected)).toBe(expected);
  });
});

describe("a mistake says where it is and what is expected", () => {
  test.each([
    ["foo:x", 1, 3],
    ["a foo:x", 3, 3],
    ["fn:", 4, 0],
    ["(a or b", 8, 0],
    ["a)", 2, 1],
    ["a or", 5, 0],
    ["or a", 1, 2],
    ["not", 4, 0],
    ['a "open', 3, 5],
    ["duration:5", 10, 1],
    ["duration:>5parsecs", 11, 8],
    ["since:yesterday", 7, 9],
    ["cid:xyz", 5, 3],
    ["action:dance", 8, 5],
    ["arg:a.b=", 9, 0],
    ["pinned:maybe", 8, 5],
    ["fn:a,,b", 6, 0],
    ["(".repeat(60), 51, 1],
  ])("%s", (text, column, length) => {
    expect(wrong(text).slice(0, 2)).toEqual([column, length]);
    const check = checkQuery(text, NOW, NOBODY);
    expect(check).toMatchObject({ ok: false, problem: { column } });
  });

  test("whatever is typed is a query or a mistake, and never anything else", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'()"\\ -!:=>~.,*[]afn0') })),
        (text) => {
          const check = checkQuery(text, NOW, NOBODY);
          if (check.ok) expect(meaning(check.normalized ?? "")).toBe(check.normalized ?? "");
          else expect(check.problem?.column).toBeGreaterThan(0);
        },
      ),
    );
  });
});

describe("completion", () => {
  const known = {
    functions: () => ["tools.findOrder", "tools.sendMail", "say hello"],
    processes: () => [{ text: "7", detail: "program.ts 7" }],
    sessions: () => [],
  };
  const offered = (text: string, at = text.length) => {
    const { from, to, options } = completeQuery(text, at, known);
    return options.map((option) => text.slice(0, from) + option.text + text.slice(to));
  };
  test("fields, operators and values, in their place", () => {
    expect(offered("st")).toEqual(["status:"]);
    expect(offered("a n")).toContain("a not");
    expect(offered("fn:find")).toEqual(["fn:tools.findOrder"]);
    expect(offered("-fn:to")).toContain("-fn:tools.*");
    expect(offered("fn:hello")).toEqual(['fn:"say hello"']);
    expect(offered("status:error,ru")).toEqual(["status:error,running"]);
    expect(offered("(process: or a", 9)).toEqual(["(process:7 or a"]);
    expect(offered("status:q")).toEqual([]);
  });
});

/** Which calls fit, by their place. */
const fits = (calls: StreamedCall[], text: string, settled = false): number[] => {
  using store = closing(storeOf(calls, settled));
  const first = calls[0]?.seq ?? 0;
  const found = search(store.store, parseQuery(text, NOW), { order: "oldest", limit: 10_000, ms: 60_000 });
  return found.calls.map(({ seq }) => seq - first);
};
const closing = (store: ReturnType<typeof storeOf>) => ({ store, [Symbol.dispose]: () => store.close() });

describe("which calls fit", () => {
  const thrown = { type: "SmtpError", message: "421 try again later" };
  const calls = [
    call("tools.findOrder", ["A-1042", 7], { outcome: value({ total: 249.9, items: [1, 2, 3] }) }),
    call("tools.issueRefund", [{ orderId: "A-1042", amount: 249.9, note: 'say "hi"\n' }], {
      durationMs: 250,
    }),
    call("llm.complete", ["Summarise the ticket"], { status: 2, durationMs: null, outcome: null }),
    call("tools.sendMail", [{ to: ["x@y.org"] }], { status: 1, exception: thrown, outcome: value(thrown) }),
    call("embed", [
      { $type: "map", entries: [["k", 1]] },
      { $type: "bigint", value: "12345678901234567890" },
    ]),
  ];
  test.each([
    ["", [0, 1, 2, 3, 4]],
    ["a-1042", [0, 1]],
    ["FINDorder", [0]],
    ["fn:tools.*", [0, 1, 3]],
    ["fn:findOrder", [0]],
    ["fn:find", []],
    ["status:running", [2]],
    ["status:error or status:running", [2, 3]],
    ["not fn:tools.*", [2, 4]],
    ["error:421", [3]],
    ["error:smtperror", [3]],
    ["duration:>=250ms", [1]],
    ["duration:<0.5s -duration:>10", [0, 3, 4]],
    ["arg:0.amount>200", [1]],
    ["arg:0.amount>200 arg:0.amount<249", []],
    ["arg:orderId=A-1042", [1]],
    ['arg:"A-1042"', [0, 1]],
    ["arg:1=7", [0]],
    ["arg:*=7", [0]],
    ["arg:0.to[0]~Y.ORG", [3]],
    ["arg:0.to.*=x@y.org", [3]],
    ["arg:0.k=1", [4]],
    ["arg:1=12345678901234567890", [4]],
    ["result:.items.length=3", [0]],
    ["result:.items[2]>=3", [0]],
    ["result:=null", [1, 4]],
    ['"say \\"hi\\""', [1]],
    ["process:7", [0, 1, 2, 3, 4]],
    ["program:program-7.ts", [0, 1, 2, 3, 4]],
    ["process:8", []],
    ["session:current", [0, 1, 2, 3, 4]],
    ["pinned:yes", []],
    [`cid:${value("A-1042").cid.slice(0, 8)}`, [0]],
    ["caller:main", []],
  ] as [string, number[]][])("%s", (text, expected) => {
    expect(fits(calls, text)).toEqual(expected);
    expect(fits(calls, text, true)).toEqual(expected);
  });
});

const siteOf = (name: string): SharedSite => ({
  json: JSON.stringify([{ filename: `/app/${name}.ts`, lineno: 7, function: name }]),
  id: 0,
  era: -1,
});

test("indexes, pages and the rest of the machinery answer what a plain filter answers", () => {
  const words = ["refund", "Order", "ticket", "A-1042", "zz", "ü", "e"];
  const word = fc.constantFrom(...words);
  const content = fc.oneof(
    word,
    fc.integer({ min: 0, max: 300 }),
    fc.record({ id: fc.integer({ min: 0, max: 5 }), note: word }),
  );
  const anyCall = fc.record({
    name: fc.constantFrom("tools.refund", "tools.order", "embed"),
    args: fc.array(content, { maxLength: 3 }),
    result: content,
    durationMs: fc.integer({ min: 0, max: 300 }),
    status: fc.constantFrom(0, 0, 0, 1, 2),
    site: fc.constantFrom(null, "main", "helper"),
    isPinned: fc.boolean(),
  });
  const leaf = fc.oneof(
    word,
    word.map((text) => `arg:${text}`),
    fc.constantFrom(
      "fn:tools.*",
      "fn:embed",
      "status:error",
      "-status:ok",
      "not status:error,running",
      "status:ok",
      "duration:>100",
      "duration:<=50ms",
    ),
    fc.constantFrom(
      "arg:0.id=3",
      "arg:note~ref",
      "result:>100",
      "result:note=zz",
      "arg:0=A-1042",
      "number:3..9",
    ),
    fc.constantFrom("error:refund", "error:*", "arg:*.id<=2", "result:=ü"),
    fc.constantFrom("caller:main", "caller:h*", "caller:nowhere", "pinned:yes", "pinned:no", "by:agent"),
    fc.constantFrom("status:lost", "status:running,lost", "-status:lost", "fn:nowhere", "process:8"),
  );
  const query = fc.letrec<{ query: string }>((tie) => ({
    query: fc.oneof(
      { maxDepth: 3 },
      leaf,
      fc
        .tuple(tie("query"), fc.constantFrom(" ", " or ", " and "), tie("query"))
        .map(([a, op, b]) => `(${a}${op}${b})`),
      tie("query").map((part) => `not (${part})`),
    ),
  })).query;
  fc.assert(
    fc.property(
      fc.array(anyCall, { minLength: 1, maxLength: 40 }),
      fc.array(query, { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      fc.constantFrom("newest" as const, "oldest" as const),
      fc.integer({ min: 1, max: 7 }),
      (some, queries, settled, order, limit) => {
        const calls = some.map(({ name, args, result, durationMs, status, site }) =>
          call(name, args, {
            site: site === null ? null : siteOf(site),
            durationMs: status === 2 ? null : durationMs,
            status: status as 0 | 1 | 2,
            outcome: status === 2 ? null : value(result),
            exception: status === 1 ? { type: "Error", message: String(JSON.stringify(result)) } : null,
          }),
        );
        using opened = closing(storeOf(calls, settled));
        const { store } = opened;
        for (const [index, { isPinned }] of some.entries()) if (isPinned) store.pin(index + 1, true);
        const all = [...store.scan({}, order)].flatMap((piece) => piece.calls);
        for (const text of queries) {
          const parsed = parseQuery(text, NOW);
          const matches = compileQuery(parsed);
          const subjects = new Subjects(store);
          const expected = all.filter((one) => matches(subjects.of(one))).map(({ number }) => number);
          const found: number[] = [];
          let after: number | undefined;
          do {
            const page = search(store, parsed, { order, after, limit, ms: 60_000 });
            found.push(...page.calls.map(({ number }) => number));
            after = page.stoppedAt ?? undefined;
          } while (after !== undefined);
          expect({ text, found }).toEqual({ text, found: expected });
        }
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);

test("values that are not indexed are found by any text, whatever letters their bytes are written with", () => {
  const texts = [
    'say "hi"',
    "50%_off",
    "back\\slash",
    "\u212aelvin",
    "\u0130zmir",
    "STRASSE",
    "größe",
    "x".repeat(20_000),
  ];
  const store = storeOf(
    texts.map((text) => call("f", [text])),
    false,
  );
  const numbersOf = (text: string) => store.payloadsLike(folded(text), 100) ?? [];
  for (const text of texts) {
    const id = store.call(texts.indexOf(text) + 1)?.args[0];
    expect(numbersOf(text.slice(0, 50))).toContain(id ?? -1);
  }
  expect(numbersOf("50__off")).toEqual([]);
  expect(numbersOf("kelvin")).toHaveLength(1);
  store.close();
});

test("a text is looked for on from where the question before stopped, and calls that came since are found", () => {
  const store = storeOf([call("f", ["needle 0"])], false);
  for (let round = 1; round <= 5; round++) {
    store.record(
      batch([
        ...Array.from({ length: 3_000 }, (_, at) => call("f", [`hay ${round} ${at}`])),
        call("f", [`needle ${round}`]),
      ]),
    );
    let found: readonly number[] | null = null;
    for (let ask = 0; ask < 1_000 && found === null; ask++) found = store.payloadsLike("needle", 100);
    expect(found).toHaveLength(round + 1);
  }
  expect(store.payloadsLike("hay 1 1", 5)).toBeNull();
  store.close();
});

test("blocks that are indexed and the calls after them make one list", () => {
  const calls = Array.from({ length: BLOCK * 2 + 100 }, (_, index) =>
    call(index % 500 === 0 ? "rare" : "usual", [index % 1_000, { note: `call ${index}` }], {
      durationMs: index % 977,
    }),
  );
  using opened = closing(storeOf(calls, true));
  const { store } = opened;
  const first = calls[0]?.seq ?? 0;
  const numbers = (text: string, order: "newest" | "oldest") =>
    search(store, parseQuery(text, NOW), { order, limit: 10_000, ms: 60_000 }).calls.map(
      ({ seq }) => seq - first,
    );
  const rare = calls.flatMap(({ name }, index) => (name === "rare" ? [index] : []));
  expect(numbers("fn:rare", "oldest")).toEqual(rare);
  expect(numbers("fn:rare", "newest")).toEqual([...rare].reverse());
  expect(numbers('"call 4097"', "newest")).toEqual([4097]);
  expect(numbers('arg:note="call 123"', "newest")).toEqual([123]);
  expect(numbers("duration:>975ms", "oldest")).toEqual(
    calls.flatMap((_, index) => (index % 977 > 975 ? [index] : [])),
  );
  const either = calls.flatMap(({ name }, index) => (name === "rare" || index % 977 > 974 ? [index] : []));
  expect(numbers("fn:rare or duration:>974ms", "oldest")).toEqual(either);
  expect(numbers("duration:>974ms or number:1..1 or fn:rare", "newest")).toEqual(
    [...new Set([0, ...either])].sort((a, b) => b - a),
  );
  expect(numbers("since:1970-01-01 fn:rare arg:500", "oldest")).toEqual(
    calls.flatMap((_, index) =>
      index % 500 === 0 && (String(index % 1_000).includes("500") || `call ${index}`.includes("500"))
        ? [index]
        : [],
    ),
  );
});

test.each([
  ["fn:chrge since:1h", "fn:charge since:1h"],
  ["-fn:chrge", "-fn:charge"],
  ["fn=charge", "fn:charge"],
  ["a (status:eror or b)", "a (status:error or b)"],
  ["arg:amount>100 refund", "arg:1>100 refund"],
  ["arg:options.fast=true", "arg:1.fast=true"],
  ["fn:charge", null],
  ["fn:*", null],
  ["status:error", null],
  ["arg:nobody>1", null],
  ["colour=red", null],
  ['"fn=charge"', null],
  ["", null],
])("%s: %p may be meant", (text, meant) => {
  const signatures: Record<string, string> = { "shop.charge": "(order, amount)", find: "(id, options = {})" };
  const known = {
    functions: () => ["charge", "shop.charge", "find"],
    signatureOf: (name: string) => signatures[name] ?? null,
  };
  expect(meantQuery(text, known)).toBe(meant);
});
