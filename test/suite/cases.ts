/**
 * What the library promises, as one list of cases that runs unchanged in Bun, in Node and in a page. A case sees only the
 * library and a `Desk`, at which it says what somebody at the server does with its pauses.
 *
 * Whatever is called through `withDebug` is awaited, for in a page it gives promises; what has to be synchronous goes
 * through the synchronous doors. What a platform cannot do is in `CANNOT` (support/platforms.ts), and is tested to be so.
 */
import type * as Library from "../../src/client/index.ts";
import { type Desk, equal, matches, rejects } from "./support/desk.ts";

export interface Kit {
  lib: typeof Library;
  desk: Desk;
}

export interface Case {
  name: string;
  /** Something a platform may not have: see `CANNOT`. */
  needs?: "parents-across-await" | "blocking-pause";
  run(kit: Kit): Promise<void>;
}

const given = () => ({
  list: [1, 2],
  when: new Date(0),
  tags: new Set(["a"]),
  deep: { map: new Map([["k", 1n]]) },
});

export const CASES: Case[] = [
  {
    name: "a call nobody watches gives what it gave, and is kept with arguments, result and place",
    async run({ lib, desk }) {
      const add = lib.withDebug([desk.name("add"), (a: number, b: number) => a + b]);
      equal(await add(1, 2), 3);
      const [call] = await desk.calls("add", 1);
      matches(call, { status: "success", args: [1, 2], result: 3 });
      equal(call?.site.length !== 0, true, "it has a call site");
    },
  },
  {
    name: "what is thrown goes through, and is kept",
    async run({ lib, desk }) {
      const boom = lib.withDebug([
        desk.name("boom"),
        async () => {
          throw new RangeError("too far");
        },
      ]);
      const error = await rejects(() => boom());
      equal([error instanceof RangeError, error.message], [true, "too far"]);
      const [call] = await desk.calls("boom", 1);
      matches(call, { status: "exception", exception: { type: "RangeError", message: "too far" } });
    },
  },
  {
    name: "arguments and results stay the very objects they are",
    async run({ lib, desk }) {
      const argument = given();
      let seen: unknown;
      const keep = lib.withDebug([
        desk.name("keep"),
        async (value: object) => {
          seen = value;
          return value;
        },
      ]);
      equal((await keep(argument)) === argument, true, "the result");
      equal(seen === argument, true, "the argument");
    },
  },
  {
    name: "values JSON has no word for are told as what they are",
    async run({ lib, desk }) {
      const show = lib.withDebug([desk.name("show"), async (..._: unknown[]) => Number.NaN]);
      const loop: { self?: unknown } = {};
      loop.self = loop;
      await show(given(), undefined, -0, loop, { token: "secret" });
      const [call] = await desk.calls("show", 1);
      matches(call, {
        args: [
          {
            when: { $type: "date", value: "1970-01-01T00:00:00.000Z" },
            tags: { $type: "set", values: ["a"] },
            deep: { map: { $type: "map", entries: [["k", { $type: "bigint", value: "1" }]] } },
          },
          { $type: "undefined" },
          { $type: "number", value: "-0" },
          { self: { $type: "ref", path: [] } },
          { token: { $type: "redacted" } },
        ],
        result: { $type: "number", value: "NaN" },
      });
    },
  },
  {
    name: "a type with an encoder is shown as that says",
    async run({ lib, desk }) {
      class Money {
        #cents = 5;
        get cents() {
          return this.#cents;
        }
      }
      lib.registerEncoder(Money, (money) => `${money.cents} cents`);
      await lib.asyncDebugCall(desk.name("pay"), (_: Money) => 1, new Money());
      matches((await desk.calls("pay", 1))[0], {
        args: [{ $type: "custom", class: "Money", value: "5 cents" }],
      });
    },
  },
  {
    name: "objects keep private fields, getters and chains, and their methods are reported",
    async run({ lib, desk }) {
      class Till {
        #cash = 1;
        get cash() {
          return this.#cash;
        }
        async take(amount: number) {
          this.#cash += amount;
          return this.#cash;
        }
      }
      const till = lib.withDebug([desk.name("till"), new Till()]);
      equal([await till.take(2), till.cash, till instanceof Till], [3, 3, true]);
      matches((await desk.calls("till.take", 1))[0], { args: [2], result: 3 });
    },
  },
  {
    name: "methods may be chosen",
    async run({ lib, desk }) {
      const store = lib.withDebug([desk.name("store"), { getUser: async () => 1, putUser: async () => 2 }], {
        methods: { include: "get*" },
      });
      equal([await store.getUser(), await store.putUser()], [1, 2]);
      await desk.calls("store.getUser", 1);
      equal((await desk.calls("store.putUser", 0)).length, 0);
    },
  },
  {
    name: "an inline call is told under its name",
    async run({ lib, desk }) {
      equal(await lib.asyncDebugCall(desk.name("once"), (a: number) => a * 2, 21), 42);
      matches((await desk.calls("once", 1))[0], { args: [21], result: 42 });
    },
  },
  {
    name: "a call within a call names it, until the first await",
    async run({ lib, desk }) {
      const inner = lib.withDebug([desk.name("inner"), async () => 1]);
      const outer = lib.withDebug([desk.name("outer"), async () => await inner()]);
      await outer();
      const [[parent], [child]] = [await desk.calls("outer", 1), await desk.calls("inner", 1)];
      equal(child?.parent, parent?.id);
    },
  },
  {
    name: "a call within a call names it after an await too",
    needs: "parents-across-await",
    async run({ lib, desk }) {
      const inner = lib.withDebug([desk.name("late"), async () => 1]);
      const outer = lib.withDebug([
        desk.name("waiting"),
        async () => {
          await new Promise((done) => setTimeout(done, 5));
          return await inner();
        },
      ]);
      await outer();
      const [[parent], [child]] = [await desk.calls("waiting", 1), await desk.calls("late", 1)];
      equal(child?.parent, parent?.id);
    },
  },
  ...pausing("a paused call", false),
  ...pausing("a synchronous call that is paused", true),
  {
    name: "a paused call does not stop the others",
    async run({ lib, desk }) {
      await desk.onPause("held", [{ afterMs: 150, release: {} }]);
      const held = lib.withDebug([desk.name("held"), async () => "held"]);
      const free = lib.withDebug([desk.name("free"), async () => "free"]);
      const order: string[] = [];
      await Promise.all([held().then((word) => order.push(word)), free().then((word) => order.push(word))]);
      equal(order, ["free", "held"]);
    },
  },
  {
    name: "50 calls paused at once come back with their own results",
    async run({ lib, desk }) {
      await desk.onPause(
        "many",
        Array.from({ length: 50 }, () => ({ release: {} })),
      );
      const many = lib.withDebug([desk.name("many"), async (n: number) => n * 2]);
      const all = await Promise.all(Array.from({ length: 50 }, (_, n) => many(n)));
      equal(
        all,
        Array.from({ length: 50 }, (_, n) => n * 2),
      );
    },
  },
  {
    name: "an end that is paused may be replaced",
    async run({ lib, desk }) {
      await desk.onEnd("ending", [{ release: { action: "skip", fake_result: "other" } }]);
      const ending = lib.withDebug([desk.name("ending"), async () => "own"]);
      equal(await ending(), "other");
    },
  },
  {
    name: "many calls nobody watches are all kept, once each",
    async run({ lib, desk }) {
      const count = lib.withDebug([desk.name("count"), async (n: number) => n]);
      for (let n = 0; n < 1_500; n++) await count(n);
      const calls = await desk.calls("count", 1_500);
      equal(new Set(calls.map(({ args }) => args[0])).size, 1_500);
      equal(calls.length, 1_500);
    },
  },
  {
    name: "settings that are not known are refused",
    async run({ lib }) {
      const error = await rejects(async () => lib.configureDebug({ nonsense: 1 } as never));
      equal([error instanceof lib.DebugError, error.message.includes("nonsense")], [true, true]);
    },
  },
  {
    name: "how things stand",
    async run({ lib, desk }) {
      equal(lib.getDebugInfo(), {
        isEnabled: true,
        serverUrl: desk.serverUrl,
        connectionStatus: "connected",
      });
    },
  },
];

/** Every action, on the way that blocks and on the one that does not. */
function pausing(what: string, sync: boolean): Case[] {
  const needs = sync ? { needs: "blocking-pause" as const } : {};
  const way = sync ? "sync" : "async";
  type Fn = (...args: never[]) => unknown;
  const wrap = <T extends Fn>(
    { lib, desk }: Kit,
    name: string,
    fn: T,
  ): ((...args: unknown[]) => Promise<unknown>) => {
    const wrapped = (
      sync ? lib.withDebugSync([desk.name(name), fn]) : lib.withDebug([desk.name(name), asAsync(fn)])
    ) as Fn;
    // Async functions turn what a synchronous one throws into a rejection.
    return async (...args) => await wrapped(...(args as never[]));
  };
  return [
    {
      name: `${what} goes on with the very objects it was given`,
      ...needs,
      async run(kit) {
        const name = `${way}-continue`;
        await kit.desk.onPause(name, [{ release: {} }]);
        const argument = given();
        equal((await wrap(kit, name, (a: object) => a)(argument)) === argument, true);
      },
    },
    {
      name: `${what} runs with other arguments; those that are kept stay the same objects`,
      ...needs,
      async run(kit) {
        const name = `${way}-modify`;
        await kit.desk.onPause(name, [
          { release: { action: "modify", modified_args: ["keep:1", "keep:0", { n: 2 }] } },
        ]);
        const [a, b] = [{ a: 1 }, new Map([["b", 1]])];
        const seen: unknown[] = [];
        await wrap(kit, name, (...args: unknown[]) => void seen.push(...args))(a, b);
        equal([seen[0] === b, seen[1] === a, seen[2]], [true, true, { n: 2 }]);
      },
    },
    {
      name: `${what} may be skipped, and answered`,
      ...needs,
      async run(kit) {
        const name = `${way}-skip`;
        await kit.desk.onPause(name, [{ release: { action: "skip", fake_result: { ok: [1] } } }]);
        let ran = false;
        const result = await wrap(kit, name, () => {
          ran = true;
        })();
        equal([result, ran], [{ ok: [1] }, false]);
      },
    },
    {
      name: `${what} may throw`,
      ...needs,
      async run(kit) {
        const name = `${way}-raise`;
        const release = { action: "raise", exception_type: "TypeError", exception_message: "not today" };
        await kit.desk.onPause(name, [{ release }]);
        const error = await rejects(wrap(kit, name, () => 1));
        equal([error instanceof TypeError, error.message], [true, "not today"]);
      },
    },
    {
      name: `${what} may run another function`,
      ...needs,
      async run(kit) {
        const name = `${way}-replace`;
        const other = kit.desk.name(`${way}-other`);
        kit.lib.registerReplacement(other, (...args: number[]) => (args[0] ?? 0) + 100);
        await kit.desk.onPause(name, [{ release: { action: "replace", replacement_function: other } }]);
        equal(await wrap(kit, name, (...args: number[]) => args[0])(1), 101);
      },
    },
    {
      name: `${what} answers evaluations`,
      ...needs,
      async run(kit) {
        const name = `${way}-repl`;
        await kit.desk.onPause(name, [{ evaluate: ["$args[0].x + 1", "nothing.there"], release: {} }]);
        equal(await wrap(kit, name, (a: { x: number }) => a.x)({ x: 41 }), 41);
        const [first, second] = await kit.desk.evaluations(name);
        equal(first?.output, "42");
        equal(second?.is_error, true);
      },
    },
  ];
}

/** The same as an async function, so that every platform decides about it without blocking. */
const asAsync =
  (fn: (...args: never[]) => unknown) =>
  async (...args: never[]): Promise<unknown> =>
    fn(...args);
