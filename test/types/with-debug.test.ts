/** A wrapped value has the type of the original. Checked by the compiler; running it only shows that it loads. */
import { expectTypeOf, test } from "bun:test";
import {
  type Asynchronous,
  asyncDebugCall,
  type DebugInfo,
  debugCall,
  debugCallSync,
  getDebugInfo,
  registerReplacement,
  withDebug,
  withDebugSync,
} from "../../src/client/index.ts";

class Cart<T> {
  #items: T[] = [];
  readonly id: string = "c";
  add(item: T): this {
    this.#items.push(item);
    return this;
  }
  async load(): Promise<T[]> {
    return this.#items;
  }
  static empty(): Cart<string> {
    return new Cart<string>();
  }
}

function overloaded(value: string): string;
function overloaded(value: number): number;
function overloaded(value: string | number): string | number {
  return value;
}

const identity = <T>(value: T): T => value;
const add = (a: number, b = 1): number => a + b;
const load = async (id: string): Promise<{ id: string }> => ({ id });
function* count(): Generator<number, void, unknown> {
  yield 1;
}

test("wrapped values have the type of the original", () => {
  withDebug("OFF");
  expectTypeOf(withDebug("off")).toEqualTypeOf<DebugInfo>();
  expectTypeOf(withDebug(String(process.env.MODE ?? "OFF"))).toEqualTypeOf<DebugInfo>();
  expectTypeOf(getDebugInfo()).toEqualTypeOf<DebugInfo>();
  expectTypeOf(withDebug(add)).toEqualTypeOf<typeof add>();
  expectTypeOf(withDebug(load)).toEqualTypeOf<typeof load>();
  expectTypeOf(withDebug(count)).toEqualTypeOf<typeof count>();
  expectTypeOf(withDebug(overloaded)).toEqualTypeOf<typeof overloaded>();
  expectTypeOf(withDebug(identity)).toEqualTypeOf<typeof identity>();
  expectTypeOf(withDebug(["sum", add])).toEqualTypeOf<typeof add>();
  expectTypeOf(withDebug(["same", identity])).toEqualTypeOf<typeof identity>();
  expectTypeOf(withDebug(Cart)).toEqualTypeOf<typeof Cart>();
  expectTypeOf(withDebug(new Cart<number>())).toEqualTypeOf<Cart<number>>();
  expectTypeOf(withDebug(["cart", new Cart<number>()])).toEqualTypeOf<Cart<number>>();
  expectTypeOf(withDebug({ a: 1, go: add })).toEqualTypeOf<{ a: number; go: typeof add }>();
  expectTypeOf(withDebug(new Map([["a", 1]]))).toEqualTypeOf<Map<string, number>>();
  expectTypeOf(withDebugSync(load)).toEqualTypeOf<typeof load>();
});

test("options keep the type, and mode async says what it changes", () => {
  withDebug("OFF");
  expectTypeOf(withDebug(add, {})).toEqualTypeOf<typeof add>();
  expectTypeOf(withDebug(identity, { mode: "auto" })).toEqualTypeOf<typeof identity>();
  expectTypeOf(withDebug(["sum", add], { mode: "sync" })).toEqualTypeOf<typeof add>();
  expectTypeOf(withDebug(new Cart<number>(), { methods: { include: ["a*", /d/] } })).toEqualTypeOf<
    Cart<number>
  >();
  expectTypeOf(withDebug(add, { mode: "async" })).parameters.toEqualTypeOf<Parameters<typeof add>>();
  expectTypeOf(withDebug(add, { mode: "async" })).returns.toEqualTypeOf<Promise<number>>();
  expectTypeOf(withDebug(load, { mode: "async" })).returns.toEqualTypeOf<Promise<{ id: string }>>();
  expectTypeOf(withDebugSync(add, { mode: "async" })).returns.toEqualTypeOf<Promise<number>>();
  const cart = withDebug(["cart", new Cart<number>()], { mode: "async" });
  expectTypeOf(cart).toEqualTypeOf<Asynchronous<Cart<number>>>();
  expectTypeOf(cart.id).toEqualTypeOf<string>();
  expectTypeOf(cart.add).returns.toEqualTypeOf<Promise<Cart<number>>>();
  expectTypeOf(cart.load).returns.toEqualTypeOf<Promise<number[]>>();
  expectTypeOf(
    withDebug({ go: add, toString: () => "x" }, { mode: "async" }).toString,
  ).returns.toEqualTypeOf<string>();
  // A method that is left out gives what it always gave; which ones are is for the patterns to say.
  const some = withDebug({ go: add }, { mode: "async", methods: { exclude: "g*" } });
  expectTypeOf(some.go).returns.toEqualTypeOf<number | Promise<number>>();
  const Wrapped = withDebug(Cart<string>, { mode: "async" });
  expectTypeOf<InstanceType<typeof Wrapped>>().toEqualTypeOf<Cart<string>>();
  expectTypeOf(Wrapped.empty).returns.toEqualTypeOf<Promise<Cart<string>>>();
  const undecided = { mode: "sync" as "sync" | "async" };
  expectTypeOf(withDebug(add, undecided)(1)).toEqualTypeOf<number | Promise<number>>();
});

test("one call has the type of its result", async () => {
  withDebug("OFF");
  expectTypeOf(debugCall(add, 1, 2)).toEqualTypeOf<number>();
  expectTypeOf(debugCall("sum", add, 1)).toEqualTypeOf<number>();
  expectTypeOf(debugCall(load, "x")).toEqualTypeOf<Promise<{ id: string }>>();
  expectTypeOf(debugCallSync("sum", add, 1)).toEqualTypeOf<number>();
  expectTypeOf(asyncDebugCall(add, 1, 2)).toEqualTypeOf<Promise<number>>();
  expectTypeOf(await asyncDebugCall("load", load, "x")).toEqualTypeOf<{ id: string }>();
});

test("mistakes are found by the compiler", () => {
  withDebug("OFF");
  // @ts-expect-error the arguments are the function's
  const wrongArgument = () => debugCall(add, "1");
  // @ts-expect-error numbers cannot be wrapped
  const wrongTarget = () => withDebug(5);
  // @ts-expect-error a replacement is a function
  const wrongReplacement = () => registerReplacement("x", 5);
  // @ts-expect-error settings are named
  const wrongCall = () => debugCall("only a name");
  // @ts-expect-error there are three modes
  const wrongMode = () => withDebug(add, { mode: "later" });
  // @ts-expect-error methods are named by texts and RegExps
  const wrongPattern = () => withDebug({ add }, { methods: { include: 5 } });
  expectTypeOf([wrongMode, wrongPattern]).toBeArray();
  expectTypeOf([wrongArgument, wrongTarget, wrongReplacement, wrongCall]).toBeArray();
});
