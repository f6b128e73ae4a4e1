/** A wrapped thing keeps working (case 15). */

import { describe, expect, test } from "bun:test";
import { DebugError } from "../../../src/client/errors.ts";
import { makeBench, onBench } from "./support/scripted-client.ts";

const names = (bench: ReturnType<typeof onBench>) => bench.server.calls.map((call) => call.start.method_name);

describe("functions", () => {
  test("keep name, length, properties and source", () => {
    const bench = onBench();
    function sum(a: number, b: number) {
      return a + b;
    }
    const fn = Object.assign(sum, { version: 3 });
    const wrapped = bench.withDebug(fn);
    expect([wrapped.name, wrapped.length, wrapped.version]).toEqual(["sum", 2, 3]);
    expect(() => wrapped.toString()).not.toThrow();
    wrapped.version = 4;
    expect(fn.version).toBe(4);
  });

  test("keep `this`, call, apply and bind", () => {
    const bench = onBench();
    const wrapped = bench.withDebug(function scale(this: { by: number }, value: number) {
      return value * this.by;
    });
    expect(wrapped.call({ by: 2 }, 3)).toBe(6);
    expect(wrapped.apply({ by: 3 }, [3])).toBe(9);
    expect(wrapped.bind({ by: 4 })(3)).toBe(12);
    const holder = { by: 5, scale: wrapped };
    expect(holder.scale(3)).toBe(15);
    expect(names(bench)).toEqual(["scale", "scale", "scale", "scale"]);
  });

  test("are not wrapped twice", () => {
    const bench = onBench();
    const fn = () => 1;
    const wrapped = bench.withDebug(fn);
    expect(bench.withDebug(wrapped)).toBe(wrapped);
    expect(bench.withDebug(fn)).toBe(wrapped);
    const renamed = bench.withDebug(["other", wrapped]);
    expect(renamed).not.toBe(wrapped);
    renamed();
    bench.debugCall("third", wrapped);
    expect(names(bench)).toEqual(["other", "third"]);
  });

  test("without a name are anonymous", () => {
    const bench = onBench();
    bench.withDebug(() => 1)();
    expect(names(bench)).toEqual(["anonymous"]);
  });

  test("generators give their generator, untouched", async () => {
    const bench = onBench();
    const count = bench.withDebug(function* count(to: number) {
      for (let i = 0; i < to; i++) yield i;
    });
    expect([...count(3)]).toEqual([0, 1, 2]);
    const later = bench.withDebug(async function* later() {
      yield 1;
    });
    const seen: number[] = [];
    for await (const value of later()) seen.push(value);
    expect(seen).toEqual([1]);
    expect(names(bench)).toEqual(["count", "later"]);
  });

  test("with methods have those intercepted", () => {
    const bench = onBench();
    const http = bench.withDebug([
      "http",
      Object.assign(() => "call", { get: (url: string) => `GET ${url}` }),
    ]);
    expect([http(), http.get("/")]).toEqual(["call", "GET /"]);
    expect(names(bench)).toEqual(["http", "http.get"]);
  });
});

describe("case 15: classes", () => {
  class Point {
    static made = 0;
    static origin() {
      return new Point(0, 0);
    }
    #x: number;
    constructor(
      x: number,
      readonly y: number,
    ) {
      this.#x = x;
      Point.made++;
    }
    get x() {
      return this.#x;
    }
  }

  test("construct, and instances are instances of both", () => {
    const bench = onBench();
    const Wrapped = bench.withDebug(Point);
    const point = new Wrapped(1, 2);
    expect([point.x, point.y]).toEqual([1, 2]);
    expect(point instanceof Wrapped && point instanceof Point).toBe(true);
    expect(Wrapped.origin().x).toBe(0);
    expect(names(bench)).toEqual(["Point", "Point.origin"]);
    expect(() => (Wrapped as unknown as () => void)()).toThrow(TypeError);
  });

  test("can be extended", () => {
    const bench = onBench();
    class Named extends bench.withDebug(Point) {
      name = "n";
    }
    const named = new Named(3, 4);
    expect([named.x, named.name, named instanceof Point, named instanceof Named]).toEqual([
      3,
      "n",
      true,
      true,
    ]);
  });

  test("new answered with something that is no object is an error", () => {
    const bench = onBench();
    const Wrapped = bench.withDebug(Point);
    bench.server.before("Point", { action: "skip", fake_result: 5 });
    expect(() => new Wrapped(1, 2)).toThrow("has to give an object");
    bench.server.before("Point", { action: "skip", fake_result: { y: 9 } });
    expect(new Wrapped(1, 2).y).toBe(9);
  });
});

describe("case 15: objects", () => {
  class Account {
    #balance = 10;
    owner = "ada";
    get balance() {
      return this.#balance;
    }
    set balance(value: number) {
      this.#balance = value;
    }
    add(amount: number) {
      this.#balance += amount;
      return this;
    }
    async load(id: number) {
      return { id, balance: this.#balance };
    }
    toJSON() {
      return { balance: this.#balance };
    }
    *[Symbol.iterator]() {
      yield this.#balance;
    }
    static is(value: unknown): boolean {
      return typeof value === "object" && value !== null && #balance in value;
    }
  }

  test("keep private fields, getters, setters, instanceof, iteration, JSON", () => {
    const bench = onBench();
    const account = bench.withDebug(new Account());
    expect(account.balance).toBe(10);
    account.balance = 20;
    expect([...account]).toEqual([20]);
    expect(JSON.stringify({ account })).toBe('{"account":{"balance":20}}');
    expect(account instanceof Account).toBe(true);
    expect(account.constructor).toBe(Account);
    expect(Object.keys(account)).toEqual(["owner"]);
    expect("owner" in account).toBe(true);
    expect(`${account}`).toBe("[object Object]");
    expect(() => structuredClone(account)).toThrow();
    expect(names(bench)).toEqual([]);
  });

  test("methods are Class.method or alias.method, the same each time, and chain", () => {
    const bench = onBench();
    const account = bench.withDebug(new Account());
    expect(account.add).toBe(account.add);
    expect(account.add(1).add(2)).toBe(account);
    expect(account.balance).toBe(13);
    const other = bench.withDebug(["savings", new Account()]);
    other.add(1);
    expect(names(bench)).toEqual(["Account.add", "Account.add", "savings.add"]);
    const { target, args } = bench.server.calls[0]?.start ?? {};
    expect(bench.server.data(target)).toMatchObject({ $type: "object", class: "Account" });
    expect(bench.server.data(args?.[0])).toBe(1);
    // Equal bytes are sent once: the second add(1) refers to them.
    expect(bench.server.calls[2]?.start.args?.[0]?.data).toBeUndefined();
  });

  test("async methods stay async, and the object can be awaited", async () => {
    const bench = onBench();
    const account = bench.withDebug(new Account());
    expect(account.load(1)).toBeInstanceOf(Promise);
    expect(await account.load(1)).toEqual({ id: 1, balance: 10 });
    expect(await account).toBe(account);
  });

  test("methods that are gone are not kept", async () => {
    const bench = onBench();
    const pending: Record<string, () => void> = {};
    const wrapped = bench.withDebug(["pending", pending]);
    const refs: WeakRef<() => void>[] = [];
    (function comeAndGo() {
      for (let id = 0; id < 200; id++) {
        const settle = () => void id;
        pending[id] = settle;
        refs.push(new WeakRef(settle));
        wrapped[id]?.();
        delete pending[id];
      }
    })();
    await Bun.sleep(1);
    Bun.gc(true);
    // Engines keep a few that still lie about on the stack.
    expect(refs.filter((ref) => ref.deref() !== undefined).length).toBeLessThan(100);
  });

  test("built-ins keep working", async () => {
    const bench = onBench();
    const map = bench.withDebug(new Map([["a", 1]]));
    expect([map.get("a"), map.size, [...map], map.set("b", 2)]).toEqual([1, 1, [["a", 1]], map]);
    expect([...map.keys()]).toEqual(["a", "b"]);
    const date = bench.withDebug(new Date(5));
    expect([date.getTime(), +date, date.toISOString().slice(0, 4)]).toEqual([5, 5, "1970"]);
    expect(JSON.stringify(date)).toBe('"1970-01-01T00:00:00.005Z"');
    expect(await bench.withDebug(Promise.resolve(4))).toBe(4);
    expect(await bench.withDebug(Promise.resolve(4)).then((value) => value + 1)).toBe(5);
    const bytes = bench.withDebug(new Uint8Array([3, 1, 2]));
    bytes[0] = 9;
    expect([bytes.length, bytes[0], bytes.indexOf(2), [...bytes]]).toEqual([3, 9, 2, [9, 1, 2]]);
    const list = bench.withDebug([1, 2]);
    list.push(3);
    expect([Array.isArray(list), list.length, list.map((value) => value * 2)]).toEqual([true, 3, [2, 4, 6]]);
    const stream = bench.withDebug(new ReadableStream({ start: (controller) => controller.close() }));
    expect((await stream.getReader().read()).done).toBe(true);
    expect(names(bench)).toContain("Map.get");
  });

  test("frozen members are left alone, and that is said", () => {
    const bench = onBench();
    const frozen = bench.withDebug(Object.freeze({ go: () => 1, list: [1] }));
    expect([frozen.go(), frozen.list]).toEqual([1, [1]]);
    expect(bench.lines.join()).toContain("frozen");
  });

  test("a wrapped member keeps its own name", () => {
    const bench = onBench();
    const api = bench.withDebug({ inner: bench.withDebug(["inner", () => 1]) });
    api.inner();
    expect(names(bench)).toEqual(["inner"]);
  });

  test("classes as members are values", () => {
    const bench = onBench();
    const library = bench.withDebug({ Account });
    expect(library.Account).toBe(Account);
    expect(new library.Account() instanceof library.Account).toBe(true);
  });

  test("a value that is a wrapper is shown as what it wraps", () => {
    const bench = onBench();
    const account = bench.withDebug({ a: 1, f() {} });
    bench.debugCall("show", (value: unknown) => value, account);
    expect(bench.server.data(bench.server.calls[0]?.start.args?.[0])).toMatchObject({ a: 1 });
  });

  test("an arbitrary array of two is an object like others", () => {
    const bench = onBench();
    expect(bench.withDebug([1, 2]).length).toBe(2);
  });

  test("an array that was meant as [alias, target] is refused when it is not one", () => {
    const bench = onBench();
    const wrong: unknown[] = [
      ["a"],
      [() => 1, "a"],
      [5, () => 1],
      ["a", 5],
      ["", () => 1],
      ["n".repeat(4_097), () => 1],
    ];
    for (const input of wrong) expect(() => bench.withDebug(input as object)).toThrow(DebugError);
  });

  test("a Proxy that is revoked is refused, one that refuses to be looked at is wrapped without a list", () => {
    const bench = onBench();
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(() => bench.withDebug(proxy)).toThrow("revoked");
    expect(() => bench.withDebug(["alias", proxy])).toThrow("takes a name");
    const never = (): never => {
      throw new RangeError("do not look");
    };
    const hostile = new Proxy({ a: 1 }, { ownKeys: never, getOwnPropertyDescriptor: never });
    expect(typeof bench.withDebug(["hostile", hostile])).toBe("object");
    const own: object = new Proxy({}, { getPrototypeOf: () => own });
    expect(typeof bench.withDebug(["own", own])).toBe("object");
  });
});

describe("what the server is told", () => {
  test("names, once, and never as breakpoints", () => {
    const bench = onBench();
    const add = bench.withDebug(["add", (a: number, b = 1) => a + b]);
    add(1);
    add(2);
    bench.withDebug({ go() {}, stop: async () => {} });
    expect([...bench.server.functions.keys()]).toEqual(["add", "Object.go", "Object.stop"]);
    expect(bench.server.functions.get("add")).toMatchObject({
      signature: "(a, b = 1)",
      function_metadata: { arity: 1 },
    });
    expect(bench.server.requests.filter((line) => line === "POST /api/functions").length).toBe(3);
    expect(bench.server.requests.join()).not.toContain("/api/breakpoints");
  });

  test("the call: contract fields, stack, identity", () => {
    const bench = onBench();
    const wrapped = bench.withDebug(["f", (value: object) => value]);
    // More than one statement: a function that ends in a call leaves no frame behind in Bun.
    function callingFunction() {
      wrapped({ a: 1 });
      return "done";
    }
    callingFunction();
    const { start, complete } = bench.server.calls[0] ?? {};
    expect(start).toMatchObject({
      method_name: "f",
      kwargs: {},
      call_type: "proxy",
      preferred_format: "json",
      process_pid: 7,
      process_start_time: 1.5,
    });
    expect(start?.args?.[0]?.serialization_format).toBe("json");
    expect(typeof start?.args?.[0]?.client_ref).toBe("number");
    const stack = start?.call_site?.stack_trace ?? [];
    expect(stack.at(-1)).toMatchObject({ function: "callingFunction", filename: import.meta.path });
    expect(stack.every((frame) => !frame.filename?.includes("/src/client/"))).toBe(true);
    // The result is the argument itself: the same reference, its bytes known.
    expect(complete?.result_client_ref).toBe(start?.args?.[0]?.client_ref as number);
    expect(complete?.result_data).toBeUndefined();
  });

  test("bytes again, when the server has let go of them", () => {
    const bench = onBench();
    const wrapped = bench.withDebug(["f", (value: string) => value]);
    wrapped("twice");
    bench.server.store.clear();
    expect(wrapped("twice")).toBe("twice");
    expect(bench.server.calls.length).toBe(2);
    expect(bench.server.calls[1]?.start.args?.[0]?.data).toBe('"twice"');
  });

  test("an inline call", () => {
    const bench = onBench();
    expect(bench.debugCall((a: number) => a + 1, 4)).toBe(5);
    expect(bench.debugCall("named", Math.max, 4, 6)).toBe(6);
    expect(bench.server.calls.map(({ start }) => [start.method_name, start.call_type])).toEqual([
      ["anonymous", "inline"],
      ["named", "inline"],
    ]);
  });

  test("asyncDebugCall and the sync doors", async () => {
    const bench = onBench();
    const promise = bench.asyncDebugCall("soon", (a: number) => a, 3);
    expect(promise).toBeInstanceOf(Promise);
    expect(await promise).toBe(3);
    const save = bench.withDebugSync(["save", async (id: number) => id]);
    bench.server.before("save", { pause: { action: "continue" } });
    const saved = save(1);
    // Decided before control came back.
    expect(bench.server.pauses.size).toBe(1);
    expect(bench.server.requests.filter((line) => line.startsWith("GET /api/poll/")).length).toBe(2);
    expect(await saved).toBe(1);
    expect(bench.debugCallSync("now", () => 2)).toBe(2);
  });
});

describe("a platform that cannot wait", () => {
  test("reports afterwards what the language calls, and never pauses it", async () => {
    const bench = makeBench({ usual: () => "async", sync: "sync", construct: "log", quiet: "log" });
    bench.withDebug("ON");
    class Box {
      toString() {
        return "box";
      }
    }
    bench.server.before("Box", { action: "raise", exception_type: "Error", exception_message: "never" });
    const box = bench.withDebug(["box", new (bench.withDebug(Box))()]);
    expect([`${box}`, box instanceof Box]).toEqual(["box", true]);
    const list = bench.withDebug(["list", [1, 2]], { methods: { exclude: "to*" } });
    expect([[...list], String(list), await list]).toEqual([[1, 2], "1,2", list]);
    expect(Object.prototype.toString.call(bench.withDebug(["plain", {}]))).toBe("[object Object]");
    await Bun.sleep(5);
    expect(bench.server.events.map((event) => event.method_name)).toEqual([
      "Box",
      "box.toString",
      "list[Symbol.iterator]",
    ]);
    expect(bench.server.calls).toEqual([]);
  });
});
