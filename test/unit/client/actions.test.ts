/** What each action of the server does to a call, on the blocking and on the asynchronous way. */
import { describe, expect, test } from "bun:test";
import { DebugCidNotFoundError, DebugError, DebugProtocolError } from "../../../src/client/errors.ts";
import { onBench } from "./support/scripted-client.ts";
import { jsonItem, type Script, sha512 } from "./support/scripted-server.ts";

const skip = (value: unknown): Script => {
  const item = jsonItem(JSON.stringify(value));
  return {
    action: "skip",
    fake_result_data: item.data,
    fake_result_cid: item.cid,
    fake_result_serialization_format: "json",
  };
};

/** Runs the same calls of a plain and of an async function. */
for (const kind of ["sync", "async"] as const) {
  const make = () => {
    const bench = onBench();
    const seen: unknown[][] = [];
    const plain = (...args: unknown[]): unknown => {
      seen.push(args);
      return args[0];
    };
    const fn = kind === "sync" ? plain : async (...args: unknown[]) => plain(...args);
    const wrapped = bench.withDebug(["f", fn]);
    return { bench, seen, call: async (...args: unknown[]) => await wrapped(...args), wrapped };
  };

  describe(`a ${kind} function`, () => {
    test("continue runs it with the very objects it was given", async () => {
      const { bench, seen, call } = make();
      const argument = { a: new Map(), f() {} };
      expect(await call(argument)).toBe(argument);
      expect(seen[0]?.[0]).toBe(argument);
      expect(bench.server.calls[0]?.complete?.status).toBe("success");
    });

    test("stays what it is", () => {
      const { wrapped } = make();
      const result = wrapped(1);
      expect(result instanceof Promise).toBe(kind === "async");
    });

    test("a pause is waited for, poll after poll", async () => {
      const { bench, call } = make();
      bench.server.before("f", { pause: { action: "continue" }, waits: 3 });
      expect(await call(5)).toBe(5);
      expect(bench.server.requests.filter((line) => line.startsWith("GET /api/poll/")).length).toBe(4);
    });

    test("modify replaces what was edited and keeps the other arguments", async () => {
      const { bench, seen, call } = make();
      const [socket, options] = [new (class Socket {})(), { retries: 1, socket: new Map() }];
      const edited = jsonItem('{"retries":2,"socket":{"$type":"map","entries":[]}}');
      bench.server.before("f", {
        action: "modify",
        modified_args: [{ cid: sha512('{"$type":"object","class":"Socket","properties":{}}') }, edited],
        modified_kwargs: {},
      });
      await call(socket, options);
      const [first, second] = seen[0] as [unknown, { retries: number; socket: unknown }];
      expect(first).toBe(socket);
      expect(second).not.toBe(options);
      expect(second).toEqual({ retries: 2, socket: new Map() });
      expect(second.socket).toBe(options.socket);
    });

    test("modify may let arguments change places, add and leave out", async () => {
      const { bench, seen, call } = make();
      const [a, b] = [{ a: 1 }, { b: 2 }];
      const modified_args = [{ cid: sha512('{"b":2}') }, { cid: sha512('{"a":1}') }, jsonItem("3")];
      bench.server.before("f", { action: "modify", modified_args, modified_kwargs: {} });
      await call(a, b);
      expect(seen[0]?.[0]).toBe(b);
      expect(seen[0]?.[1]).toBe(a);
      expect(seen[0]?.[2]).toBe(3);
    });

    test("modify to a CID nobody holds is refused, and the server hears of it", async () => {
      const { bench, seen, call } = make();
      const modified_args = [{ cid: sha512("nothing") }];
      bench.server.before("f", { action: "modify", modified_args, modified_kwargs: {} });
      expect(call(1)).rejects.toThrow(DebugCidNotFoundError);
      await call(1).catch(() => {});
      expect(seen).toEqual([]);
      expect(bench.server.calls[0]?.complete?.status).toBe("exception");
    });

    test("skip answers without running", async () => {
      const { bench, seen, call } = make();
      bench.server.before("f", skip({ answer: [42] }));
      expect(await call(1)).toEqual({ answer: [42] });
      expect(seen).toEqual([]);
      expect(bench.server.data({ cid: bench.server.calls[0]?.complete?.result_cid ?? "" })).toEqual({
        answer: [42],
      });
    });

    test("skip with a plain fake_result", async () => {
      const { bench, call } = make();
      bench.server.before("f", { action: "skip", fake_result: "plain" });
      expect(await call(1)).toBe("plain");
    });

    test("raise throws the named built-in error", async () => {
      const { bench, call } = make();
      bench.server.before("f", {
        action: "raise",
        exception_type: "RangeError",
        exception_message: "too far",
      });
      const error = await call(1).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(RangeError);
      const [head, ...frames] = String((error as Error).stack).split("\n");
      expect(head).toBe("RangeError: too far");
      // As if the program had thrown where it made the call, with nothing of ours.
      expect(frames[0]).toContain(import.meta.path);
      expect(frames.filter((line) => line.includes("src/client"))).toEqual([]);
      expect(error).toMatchObject({ message: "too far", fromDebugger: true });
      expect(bench.server.calls[0]?.complete).toMatchObject({
        status: "exception",
        exception_type: "RangeError",
        exception_message: "too far",
      });
    });

    test("raise of an unknown type is an Error of that name", async () => {
      const { bench, call } = make();
      bench.server.before("f", { action: "raise", exception_type: "ValueError", exception_message: "no" });
      const error = (await call(1).catch((thrown: unknown) => thrown)) as Error;
      expect(Object.getPrototypeOf(error)).toBe(Error.prototype);
      expect(String(error)).toBe("ValueError: no");
      expect(JSON.stringify(error)).toBe("{}");
    });

    test("replace runs a registered replacement", async () => {
      const { bench, seen, call } = make();
      bench.registerReplacement("other", (value: number) => value * 10);
      bench.server.before("f", { action: "replace", function_name: "other" });
      expect(await call(4)).toBe(40);
      expect(seen).toEqual([]);
    });

    test("replace runs a method of a wrapped object on that object", async () => {
      const { bench, call } = make();
      class Bank {
        #rate = 3;
        convert(amount: number) {
          return amount * this.#rate;
        }
      }
      bench.withDebug(new Bank());
      bench.server.before("f", { action: "replace", function_name: "Bank.convert" });
      expect(await call(4)).toBe(12);
    });

    test("replace by an unknown name says what to do", async () => {
      const { bench, call } = make();
      bench.server.before("f", { action: "replace", function_name: "nobody" });
      const error = await call(4).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(DebugError);
      expect(String(error)).toContain('registerReplacement("nobody", fn)');
    });

    test("an exception of the function is reported and is the very same one", async () => {
      const bench = onBench();
      const thrown = new TypeError("mine", { cause: "why" });
      const fail = kind === "sync" ? () => raise(thrown) : async () => raise(thrown);
      const wrapped = bench.withDebug(["fail", fail]);
      const caught = await (async () => await wrapped())().catch((error: unknown) => error);
      expect(caught).toBe(thrown);
      const { complete } = bench.server.calls[0] ?? {};
      expect(complete).toMatchObject({ exception_type: "TypeError", exception_message: "mine" });
      expect(bench.server.data({ cid: complete?.exception_cid ?? "" })).toMatchObject({
        $type: "error",
        cause: "why",
      });
    });

    test("after the call: continue, another result, an exception", async () => {
      const { bench, call } = make();
      bench.server.after("f", { pause: { action: "continue" } });
      expect(await call(1)).toBe(1);
      bench.server.after("f", { pause: skip("other") });
      expect(await call(1)).toBe("other");
      bench.server.after("f", {
        pause: { action: "raise", exception_type: "TypeError", exception_message: "after" },
      });
      expect(call(1)).rejects.toThrow(new TypeError("after"));
      await call(1).catch(() => {});
    });

    test("after the call, what cannot be done any more leaves the result", async () => {
      const { bench, call } = make();
      bench.server.after("f", { action: "modify", modified_args: [], modified_kwargs: {} });
      expect(await call(1)).toBe(1);
      expect(bench.lines.join()).toContain("cannot modify any more");
    });

    test("evaluates expressions while paused", async () => {
      const { bench, call } = make();
      const exprs = ["$args[0] + 1", "console.log('hi'); $args.length", "nope.nope", "{ a: $args[0] }"];
      bench.server.before("f", { pause: { action: "continue" }, exprs });
      expect(await call(41)).toBe(41);
      expect(bench.server.replResults).toMatchObject([
        { result: "42", result_data: "42", result_cid: sha512("42"), session_id: "session" },
        { result: "1", stdout: "hi\n" },
        { error: expect.stringContaining("ReferenceError") },
        { result: "{ a: 41 }" },
      ]);
    });

    test("an answer that means nothing is a protocol error", async () => {
      const { bench, call } = make();
      bench.server.before("f", { action: "dance" });
      expect(call(1)).rejects.toThrow(DebugProtocolError);
      bench.server.before("f", { action: "poll", poll_url: "http://evil.example/", poll_interval_ms: 1 });
      expect(call(1)).rejects.toThrow(DebugProtocolError);
      await call(1).catch(() => {});
    });
  });
}

test("an async function evaluates what has to be awaited", async () => {
  const bench = onBench();
  const wrapped = bench.withDebug(["f", async (value: number) => value]);
  const exprs = ["Promise.resolve($args[0] * 2)", "await Promise.resolve(7)"];
  bench.server.before("f", { pause: { action: "continue" }, exprs });
  await wrapped(4);
  expect(bench.server.replResults).toMatchObject([{ result: "8" }, { result: "7" }]);
});

test("$this is what the method was called on", () => {
  const bench = onBench();
  const counter = bench.withDebug({ count: 3, up: () => 4 });
  bench.server.before("Object.up", { pause: { action: "continue" }, exprs: ["$this.count"] });
  counter.up();
  expect(bench.server.replResults).toMatchObject([{ result: "3" }]);
});

test("the promise of a plain function completes its call when it is settled", async () => {
  const bench = onBench();
  const gate = Promise.withResolvers<string>();
  const wrapped = bench.withDebug(["later", () => gate.promise]);
  const result = wrapped();
  expect(bench.server.calls[0]?.complete).toBeUndefined();
  gate.resolve("done");
  expect(await result).toBe("done");
  expect(bench.server.calls[0]?.complete?.result_data).toBe('"done"');
});

test("a plain function known to return promises is answered with one", async () => {
  const bench = onBench();
  const wrapped = bench.withDebug(["later", (value: number) => Promise.resolve(value)]);
  await wrapped(1);
  bench.server.before("later", skip(9));
  expect(wrapped(1)).toBeInstanceOf(Promise);
  expect(await wrapped(1)).toBe(9);
});

test("a promise of another class is left as it is", async () => {
  const bench = onBench();
  let runs = 0;
  class Query {
    // biome-ignore lint/suspicious/noThenProperty: a lazy query, as database libraries have them
    then(done: (value: number) => void) {
      done(++runs);
    }
    where() {
      return this;
    }
  }
  const query = new Query();
  const wrapped = bench.withDebug(["query", () => query]);
  expect(wrapped()).toBe(query);
  expect(runs).toBe(0);
  expect(await wrapped().where()).toBe(1);
});

function raise(error: unknown): never {
  throw error;
}
