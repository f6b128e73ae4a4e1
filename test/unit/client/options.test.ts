/** The second argument of `withDebug`: which methods, on which way. */
import { describe, expect, test } from "bun:test";
import { DebugError } from "../../../src/client/errors.ts";
import { onBench } from "./support/scripted-client.ts";

const names = (bench: ReturnType<typeof onBench>) => bench.server.calls.map((call) => call.start.method_name);

class Api {
  #calls = 0;
  get(path: string) {
    return `GET ${path} ${++this.#calls}`;
  }
  getAll() {
    return ["a"];
  }
  post(path: string) {
    return `POST ${path} ${++this.#calls}`;
  }
  async load() {
    return this.#calls;
  }
  self() {
    return this;
  }
}

function callAll(bench: ReturnType<typeof onBench>, methods: object): string[] {
  const api = bench.withDebug(["api", new Api()], { methods });
  api.get("/");
  api.getAll();
  api.post("/");
  return names(bench).map((name) => name.replace("api.", ""));
}

describe("methods", () => {
  const cases: [string, object, string[]][] = [
    ["an exact name", { include: "get" }, ["get"]],
    ["a list", { include: ["get", "post"] }, ["get", "post"]],
    ["a glob", { include: "get*" }, ["get", "getAll"]],
    ["a glob in the middle", { include: "g*l" }, ["getAll"]],
    ["a RegExp, even one that remembers", { include: /get|post/g }, ["get", "getAll", "post"]],
    ["exclude alone", { exclude: "*All" }, ["get", "post"]],
    ["exclude wins over include", { include: "get*", exclude: [/All$/] }, ["get"]],
    ["nothing is special but the star", { include: "g.t" }, []],
    ["an empty list means none", { include: [] }, []],
    ["neither means all", {}, ["get", "getAll", "post"]],
  ];
  for (const [what, methods, expected] of cases) {
    test(what, () => expect(callAll(onBench(), methods)).toEqual(expected));
  }

  test("what is left out works on the real object, and is not listed", () => {
    const bench = onBench();
    const api = bench.withDebug(["api", new Api()], { methods: { include: "post" } });
    expect([api.get("/"), api.post("/")]).toEqual(["GET / 1", "POST / 2"]);
    expect(api.self()).toBe(api);
    expect([...bench.server.functions.keys()]).toEqual(["api.post"]);
  });

  test("a name that no method bears is said", () => {
    const bench = onBench();
    bench.withDebug(["api", new Api()], { methods: { include: ["get", "pots"] } });
    expect(bench.lines.join()).toContain("api has no method pots");
  });

  test("wrappers with the same options are the same", () => {
    const bench = onBench();
    const api = new Api();
    const wrapped = bench.withDebug(api, { methods: { include: "get" } });
    expect(bench.withDebug(api, { methods: { include: ["get"] } })).toBe(wrapped);
    expect(bench.withDebug(api, { methods: { include: /get/ } })).not.toBe(wrapped);
    expect(bench.withDebug(api)).not.toBe(wrapped);
  });

  const wrong: [unknown, string][] = [
    [{ include: 5 }, "methods.include"],
    [{ include: "" }, "methods.include"],
    [{ exclude: ["get", null] }, "methods.exclude"],
    [{ only: "get" }, "methods.only"],
    ["get", "methods"],
    [["get"], "methods"],
    [/get/, "methods"],
  ];
  for (const [methods, named] of wrong) {
    test(`wrong: ${methods instanceof RegExp ? methods : JSON.stringify(methods)}`, () => {
      const bench = onBench();
      const wrap = () => bench.withDebug(new Api(), { methods } as object);
      expect(wrap).toThrow(DebugError);
      expect(wrap).toThrow(named);
    });
  }

  test("wrong options are named", () => {
    const bench = onBench();
    const wrap = bench.withDebug as (...given: unknown[]) => unknown;
    expect(() => wrap(() => 1, { mode: "later" })).toThrow('mode to be "auto", "sync" or "async"');
    expect(() => wrap(() => 1, { method: "get" })).toThrow('does not know the option "method"');
    expect(() => wrap(() => 1, "async")).toThrow("options as an object");
    expect(() => wrap(() => 1, null)).toThrow("options as an object");
    expect(() => wrap("OFF", {})).toThrow("takes no options");
    expect(() => wrap("charge", () => 1)).toThrow('withDebug(["charge", target])');
    // Also while debugging is off: a mistake must not wait until someone needs the debugger.
    bench.withDebug("OFF");
    expect(() => wrap(() => 1, { mode: "later" })).toThrow("mode");
  });
});

describe("mode", () => {
  test("async gives promises of whatever is called", async () => {
    const bench = onBench();
    bench.server.before("add", { pause: { action: "skip", fake_result: 9 } });
    const add = bench.withDebug(["add", (a: number, b: number) => a + b], { mode: "async" });
    const promise = add(1, 2);
    expect(promise).toBeInstanceOf(Promise);
    expect(await promise).toBe(9);
    const fail = bench.withDebug(["fail", () => JSON.parse("{")], { mode: "async" });
    const failed = fail();
    expect(failed).toBeInstanceOf(Promise);
    expect(await failed.catch((error: unknown) => error)).toBeInstanceOf(SyntaxError);
  });

  test("async methods that return `this` go on as the wrapper", async () => {
    const bench = onBench();
    const api = bench.withDebug(new Api(), { mode: "async" });
    expect(await api.self()).toBe(api as unknown as Api);
    expect(await (await api.self()).get("/")).toBe("GET / 1");
    expect(await api.load()).toBe(1);
  });

  test("async wrappers go on giving promises when debugging is switched off", async () => {
    const bench = onBench();
    const add = bench.withDebug((a: number) => a, { mode: "async" });
    const fail = bench.withDebug(() => JSON.parse("{"), { mode: "async" });
    bench.withDebug("OFF");
    expect(add(1)).toBeInstanceOf(Promise);
    expect(await fail().catch((error: unknown) => error)).toBeInstanceOf(SyntaxError);
    const fn = () => 1;
    expect(bench.withDebug(fn, { mode: "async" }) as unknown).toBe(fn);
  });

  test("sync decides on async functions at once", () => {
    const bench = onBench();
    bench.server.before("load", {
      pause: { action: "raise", exception_type: "TypeError", exception_message: "no" },
    });
    const load = bench.withDebug(["load", async () => 1], { mode: "sync" });
    expect(() => load()).toThrow("no");
  });

  test("auto is what there is without options", async () => {
    const bench = onBench();
    const api = bench.withDebug(new Api(), { mode: "auto" });
    expect(api.get("/")).toBe("GET / 1");
    expect(bench.withDebug(api, { mode: "auto" })).toBe(api);
    expect(await api.load()).toBe(1);
  });
});
