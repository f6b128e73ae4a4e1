/** The small parts: stacks, signatures, the LRU, shared memory, where the helper's file is. */
import { describe, expect, test } from "bun:test";
import { pathToFileURL } from "node:url";
import { parseStack } from "../../../src/client/core/call-site.ts";
import { isAsyncFunction, isClass, nameOf } from "../../../src/client/core/functions.ts";
import { signatureOf } from "../../../src/client/core/signature.ts";
import { LruSet } from "../../../src/client/lru.ts";
import { Mailbox } from "../../../src/client/transports/mailbox.ts";
import { findWorkerFile } from "../../../src/client/worker-place.ts";
import { makeBench } from "./support/scripted-client.ts";

test("what the library throws has a stack that begins in the program", () => {
  let error: unknown;
  try {
    makeBench().withDebug(() => 1);
  } catch (thrown) {
    error = thrown;
  }
  const [head, first] = String((error as Error).stack).split("\n");
  expect(head).toStartWith("DebugError: ");
  expect(first).toContain(import.meta.path);
});

describe("stacks", () => {
  test("as V8 writes them, outermost first", () => {
    const stack = [
      "Error: x",
      "    at inner (file:///app/a%20b.js:3:7)",
      "    at async Outer.run (/app/main.js:10:1)",
      "    at new Thing (C:\\app\\thing.js:5:2)",
      "    at /app/top.js:1:1",
      "    at ModuleJob.run (node:internal/modules/esm/module_job:325:25)",
      "    at unknown",
    ].join("\n");
    expect(parseStack(stack)).toEqual([
      { filename: "/app/top.js", lineno: 1, column: 1, function: "<anonymous>" },
      { filename: "C:\\app\\thing.js", lineno: 5, column: 2, function: "Thing" },
      { filename: "/app/main.js", lineno: 10, column: 1, function: "Outer.run" },
      { filename: "/app/a b.js", lineno: 3, column: 7, function: "inner" },
    ]);
  });

  test("as Firefox and Safari write them", () => {
    const stack = "inner@http://localhost:3000/a.js:3:7\n@http://localhost:3000/b.js:9:1\n";
    expect(parseStack(stack)).toEqual([
      { filename: "http://localhost:3000/b.js", lineno: 9, column: 1, function: "<anonymous>" },
      { filename: "http://localhost:3000/a.js", lineno: 3, column: 7, function: "inner" },
    ]);
  });

  test("whatever else is no stack", () => {
    expect(parseStack("")).toEqual([]);
    expect(parseStack("nothing\n\u0000 to see @ here")).toEqual([]);
  });
});

describe("signatures", () => {
  const cases: [(...args: never[]) => unknown, string | number][] = [
    [new Function("a", "b = 1", "return a") as () => unknown, "(a,b = 1)"],
    [(a: number, ...rest: number[]) => [a, rest], "(a, ...rest)"],
    [(async (x: number) => x) as never, "(x)"],
    [({ a, b = ")" }: { a: number; b?: string }) => [a, b], '({ a, b = ")" })'],
    [
      {
        // biome-ignore lint/complexity/useLiteralKeys: a computed name is the point
        ["odd(name"](value: number) {
          return value;
        },
      }["odd(name"] as never,
      "(value)",
    ],
    [Math.max, 2],
    [(() => 1).bind(null), 0],
  ];
  for (const [fn, expected] of cases) {
    test(String(expected), () => expect(signatureOf(fn)).toBe(expected));
  }

  test("have no gap where Node blanked a type out", () => {
    // biome-ignore format: as `node program.ts` leaves it.
    const stripped = new Function("return (order        , amount         = 1        ) => order")() as () => void;
    expect(signatureOf(stripped)).toBe("(order, amount = 1)");
  });

  test("of a class are its constructor's", () => {
    class Point {
      constructor(
        readonly x: number,
        readonly y = 2,
      ) {}
    }
    expect(signatureOf(Point as never)).toBe("(x, y = 2)");
  });
});

describe("functions", () => {
  test("are told apart without being called", () => {
    const fn = async () => {};
    expect([isAsyncFunction(fn), isAsyncFunction(fn.bind(null)), isAsyncFunction(() => {})]).toEqual([
      true,
      true,
      false,
    ]);
    expect([isClass(class {}), isClass(() => {}), isClass({})]).toEqual([true, false, false]);
    const odd = Object.defineProperty(() => {}, "name", { value: 5 });
    expect(nameOf(odd)).toBe("anonymous");
  });
});

test("the LRU forgets what was not used for longest", () => {
  const set = new LruSet<string>(2);
  set.add("a");
  set.add("b");
  set.has("a");
  set.add("c");
  expect([set.has("a"), set.has("b"), set.has("c"), set.size]).toEqual([true, false, true, 2]);
});

describe("shared memory", () => {
  const helper = (body: string) => {
    const mailbox = new Mailbox();
    const module = pathToFileURL(`${import.meta.dir}/../../../src/client/transports/mailbox.ts`).href;
    const source = `import { Mailbox } from ${JSON.stringify(module)};
      self.onmessage = ({ data }) => { const mailbox = new Mailbox(data); mailbox.announceReady(); ${body} };`;
    const file = URL.createObjectURL(new Blob([source], { type: "application/typescript" }));
    const worker = new Worker(file);
    worker.postMessage(mailbox.buffer);
    return { mailbox, worker };
  };

  test("long answers come in pieces, whole", () => {
    const { mailbox, worker } = helper('mailbox.put("é".repeat(1_000_000)); mailbox.put("second");');
    expect(mailbox.awaitReady(10_000)).toBe(true);
    expect(mailbox.take(10_000)).toEqual({ text: "é".repeat(1_000_000) });
    expect(mailbox.take(10_000)).toEqual({ text: "second" });
    worker.terminate();
  });

  test("an answer that does not come is late, and alarms ring meanwhile", () => {
    const { mailbox, worker } = helper("");
    mailbox.awaitReady(10_000);
    let rings = 0;
    const alarm = { at: Date.now() + 20, ring: () => Date.now() + 20 * Math.sign(++rings) };
    expect(mailbox.take(150, alarm)).toEqual({ failed: "late" });
    expect(rings).toBeGreaterThan(2);
    worker.terminate();
  });

  test("a helper that never starts is noticed", () => {
    expect(new Mailbox().awaitReady(50)).toBe(false);
  });
});

test("the helper's file is found in the sources, and named when it is missing", () => {
  expect(findWorkerFile().found?.href).toEndWith("/src/client/sync-worker.ts");
  const { found, looked } = findWorkerFile("file:///nowhere/bundle.js");
  expect(found).toBeNull();
  expect(looked).toContain("/nowhere/sync-worker.js");
});
