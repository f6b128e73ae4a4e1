/** Encoders of the program's own. */
import { describe, expect, test } from "bun:test";
import { decode } from "../../../src/client/encode/decode.ts";
import { onBench } from "./support/scripted-client.ts";

class Money {
  readonly #cents: bigint;
  constructor(cents: bigint) {
    this.#cents = cents;
  }
  get cents() {
    return this.#cents;
  }
}

/** What is sent for a value. */
function sent(bench: ReturnType<typeof onBench>, value: unknown): unknown {
  bench.debugCall("probe", (_: unknown) => 0, value);
  return bench.server.data(bench.server.calls.at(-1)?.start.args?.[0]);
}

describe("registerEncoder", () => {
  test("for a class and its subclasses", () => {
    class Euro extends Money {}
    const bench = onBench();
    bench.registerEncoder(Money, (money) => ({ cents: money.cents }));
    expect(sent(bench, { price: new Euro(5n) })).toEqual({
      price: { $type: "custom", class: "Euro", value: { cents: { $type: "bigint", value: "5" } } },
    });
  });

  test("for what a question is answered with true; the newest wins; others are left alone", () => {
    const bench = onBench();
    bench.registerEncoder(
      (value) => "kind" in value,
      () => "first",
    );
    bench.registerEncoder(
      (value): value is { kind: string } => (value as { kind?: unknown }).kind === "b",
      (value) => `second ${value.kind}`,
    );
    expect(sent(bench, [{ kind: "a" }, { kind: "b" }, { other: 1 }])).toEqual([
      { $type: "custom", class: "Object", value: "first" },
      { $type: "custom", class: "Object", value: "second b" },
      { other: 1 },
    ]);
  });

  test("for constructors of the older kind and built-in classes", () => {
    const bench = onBench();
    bench.registerEncoder(URL, (url) => url.pathname);
    const Old = new Function("return function Old() {}")() as new () => object;
    Old.prototype.name = () => "old";
    bench.registerEncoder(Old, () => "old one");
    expect(sent(bench, [new URL("http://localhost/a"), new Old()])).toEqual([
      { $type: "custom", class: "URL", value: "/a" },
      { $type: "custom", class: "Old", value: "old one" },
    ]);
  });

  test("what throws is reported in the value, and the call goes on", () => {
    const bench = onBench();
    bench.registerEncoder(Money, () => {
      throw new TypeError("cannot");
    });
    expect(sent(bench, [new Money(1n), 2])).toEqual([
      { $type: "custom", class: "Money", error: "TypeError: cannot" },
      2,
    ]);
  });

  test("a question that throws is answered with no", () => {
    const bench = onBench();
    bench.registerEncoder(
      (value) => (value as { a: { b: boolean } }).a.b,
      () => 1,
    );
    expect(sent(bench, { c: 1 })).toEqual({ c: 1 });
  });

  test("secrets in what it gives are redacted, cycles and recursion end", () => {
    const bench = onBench();
    bench.registerEncoder(Money, (money) => ({ money, password: "hush", next: new Money(1n) }));
    const text = JSON.stringify(sent(bench, new Money(1n)));
    expect(text).not.toContain("hush");
    expect(text).toContain('"$type":"ref"');
    expect(text).toContain('"kind":"depth"');
  });

  test("calls an encoder makes are not reported", () => {
    const bench = onBench();
    const helper = bench.withDebug(["helper", (money: Money) => Number(money.cents)]);
    bench.registerEncoder(Money, (money) => helper(money));
    expect(sent(bench, new Money(7n))).toMatchObject({ value: 7 });
    expect(bench.server.calls.map((call) => call.start.method_name)).toEqual(["probe"]);
  });

  test("an edit beside one keeps the object, an edit of it is refused", () => {
    const money = new Money(3n);
    const original = {
      text: '{"a":1,"m":{"$type":"custom","class":"Money","value":"3"}}',
      value: { a: 1, m: money },
    };
    const edited = decode(original.text.replace("1", "2"), original) as { a: number; m: Money };
    expect([edited.a, edited.m]).toEqual([2, money]);
    expect(() => decode(original.text.replace('"3"', '"4"'), original)).toThrow("a custom (Money) at m");
  });

  test("wrong arguments", () => {
    const bench = onBench();
    const register = bench.registerEncoder as (...given: unknown[]) => void;
    expect(() => register("Money", () => 1)).toThrow("a class or a function");
    expect(() => register(Money)).toThrow("what to show");
  });
});
