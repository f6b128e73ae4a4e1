/** Whatever a program sends: its connection ends with a reason, the server and the others go on. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { CLOSE, MOST_REFS, MOST_ROWS } from "../../../../src/protocol/debuggee-frames.ts";
import { askOf, helloOf } from "../../../support/channel-client.ts";
import { ScriptedServer } from "./scripted.ts";

const deep = (levels: number) => "[".repeat(levels) + "]".repeat(levels);

function deepValue(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

const calls = (fields: object) => ({ t: "calls", batch: 1, rows: [], ...fields });
const row = (...columns: unknown[]) => ({
  names: [[0, "f"]],
  texts: [[0, "1"]],
  rows: [columns],
});

describe("a message that is no frame", () => {
  test.each<[string, string | Uint8Array]>([
    ["nothing", ""],
    ["no JSON", "{"],
    ["cut off", JSON.stringify(askOf(1, "f", [1])).slice(0, 60)],
    ["a number", "5"],
    ["null", "null"],
    ["a list", "[]"],
    ["no type", "{}"],
    ["a type of its own", '{"t":"root"}'],
    ["a type that every object has", '{"t":"toString"}'],
    ["a type of servers", '{"t":"welcome"}'],
    ["bytes", new Uint8Array([1, 2, 3])],
    ["nested a hundred thousand deep", deep(100_000)],
    ["nested a million deep", deep(1_000_000)],
    ["a million empty objects", `[${"{},".repeat(3_000_000)}{}]`],
  ])("%s", (_, message) => {
    using server = new ScriptedServer();
    const program = server.join();
    program.connection.receive(message);
    expect(program.last).toMatchObject({ t: "refused", error: "invalid_frame" });
    expect(program.closed?.code).toBe(CLOSE.BROKEN);
  });
});

describe("a frame with something wrong in it", () => {
  test.each<[string, object]>([
    ["a number beyond the tables", calls({ texts: [[MOST_REFS + 1, "1"]] })],
    ["a huge number", calls({ texts: [[4_294_967_295, "1"]] })],
    ["a negative number", calls({ names: [[-1, "f"]] })],
    ["a number that is a text", calls({ names: [["__proto__", "f"]] })],
    ["too many rows", calls({ rows: Array(MOST_ROWS + 1).fill([1, 0, null, 1, 1, 0, [], 0]) })],
    ["a name without letters", calls({ names: [[0, ""]] })],
    ["a name without end", calls({ names: [[0, "x".repeat(100_000)]] })],
    ["a text that is no JSON", calls({ texts: [[0, "{"]] })],
    ["a text that is two", calls({ texts: [[0, "1 2"]] })],
    ["a text that nests too deep", calls({ texts: [[0, deep(3_000)]] })],
    ["a text of a megabyte that nests", calls({ texts: [[0, deep(500_000)]] })],
    ["a stack that nests too deep", calls({ sites: [[0, [{ code_context: deepValue(3_000) }]]] })],
    ["a stack of what is no frame", calls({ sites: [[0, ["at f"]]] })],
    ["a row that is too short", calls(row(1, 0, null, 1, 1, 0, [0]))],
    ["a row that is too long", calls(row(1, 0, null, 1, 1, 0, [0], 0, null, null, null, null, null))],
    ["a call without a number", calls(row(0, 0, null, 1, 1, 0, [0], 0))],
    ["a status that is none", calls(row(1, 0, null, 1, 1, 3, [0], 0))],
    ["a batch without a number", calls({ batch: 0 })],
    ["a batch of another number", calls({ batch: 1.5 })],
    ["a text in place of a list", calls({ rows: "x" })],
    ["an ask without arguments", { ...askOf(1, "f"), args: undefined }],
    ["an ask with a stack that nests", askOf(1, "f", [], { site: [{ x: deepValue(5_000) }] })],
    ["an epoch that is none", { t: "applied", epoch: -1 }],
    ["functions without names", { t: "functions", functions: [{ signature: null }] }],
    [
      "metadata that nests too deep",
      {
        t: "functions",
        functions: [{ name: "f", signature: null, metadata: { x: deepValue(5_000) } }],
      },
    ],
  ])("%s: the connection ends, and nothing of it is kept", (_, frame) => {
    using server = new ScriptedServer();
    const other = server.join();
    const program = server.join().feed(frame);
    expect(program.last).toMatchObject({ t: "refused", error: "invalid_frame" });
    expect(program.closed?.code).toBe(CLOSE.BROKEN);
    expect(server.manager.functions().functions).toEqual([]);
    other.feed(askOf(1, "f"));
    expect(other.last).toMatchObject({ t: "decision" });
  });

  test.each<[string, object]>([
    ["a text", askOf(2, "f", [], { args: [77] })],
    ["a target", askOf(2, "f", [], { target: 77 })],
    ["an outcome", { t: "end", seq: 1, duration_ms: 1, status: 0, outcome: 77, wait: false }],
  ])("a number of %s that was never spelled out", (_, frame) => {
    using server = new ScriptedServer();
    const program = server.join().feed(askOf(1, "g"), frame);
    expect(program.last).toMatchObject({ t: "refused", error: "unknown_ref" });
    expect(program.closed?.code).toBe(CLOSE.BROKEN);
  });

  test("names that every object has are names", () => {
    using server = new ScriptedServer();
    const program = server.join().feed(askOf(1, "__proto__"), askOf(2, "constructor"), {
      t: "functions",
      functions: [{ name: "__proto__", signature: null, metadata: { a: 1 } }],
    });
    expect(program.got("decision")).toHaveLength(2);
    expect(program.closed).toBeNull();
  });
});

/** Frames that are right, to be spoiled. */
const samples = [
  helloOf(),
  askOf(1, "f", [1, { a: [1, 2] }]),
  calls({
    names: [[0, "f"]],
    texts: [[0, "1"]],
    sites: [[0, [{ filename: "a.ts", lineno: 1 }]]],
    rows: [[1, 0, null, 1.5, 1, 0, [0], 0, 0]],
  }),
  { t: "end", seq: 1, duration_ms: 1, status: 0, outcome: [5, "1"], wait: true },
  { t: "evaluated", eval_id: "e", session_id: "s", pause_id: "p", result: "1" },
  { t: "functions", functions: [{ name: "f", signature: "(a)" }] },
  { t: "applied", epoch: 1 },
  { t: "ping" },
  { t: "bye" },
].map((frame) => JSON.stringify(frame));

describe("fuzzing", () => {
  const bytes = fc.tuple(
    fc.constantFrom(...samples),
    fc.nat({ max: 400 }),
    fc.nat({ max: 400 }),
    fc.constantFrom("", '"', "}", "]", ",", "-", "1e999", "null", "\u0000", "\ud800", "{}", "[[]]"),
  );

  test("frames cut, spliced and doubled, in any order, never fail the server", () => {
    using server = new ScriptedServer();
    const other = server.join();
    let asked = 0;
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 8 }), (messages) => {
        const program = server.join();
        for (const [sample, from, length, splice] of messages) {
          program.connection.receive(sample.slice(0, from) + splice + sample.slice(from + length));
        }
        const refused = program.got("refused");
        if (program.closed) expect(refused.length).toBeGreaterThan(0);
        for (const { message } of refused) expect(message.length).toBeGreaterThan(10);
        program.connection.closed();
        asked += 1;
        other.feed(askOf(asked, "f"));
        expect(other.last).toMatchObject({ t: "decision", seq: asked });
      }),
      { numRuns: 400 },
    );
  });

  test("whole frames in any order never fail the server", () => {
    using server = new ScriptedServer();
    server.manager.addBreakpoint("f", { behavior: "stop" });
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...samples), { maxLength: 10 }), (messages) => {
        const program = server.connect();
        for (const message of messages) program.connection.receive(message);
        program.connection.closed();
      }),
      { numRuns: 300 },
    );
  });
});

test("a fault of the server's own ends the connection it came up in, and no other", () => {
  using server = new ScriptedServer();
  const [program, other] = [server.join(), server.join()];
  server.manager.listen({
    callStarted: ({ methodName }) => {
      if (methodName === "broken") throw new Error("a fault");
    },
  });
  program.feed(askOf(1, "broken"));
  expect(program.closed?.code).toBe(CLOSE.FAILED);
  other.feed(askOf(1, "f"));
  expect(other.last).toMatchObject({ t: "decision" });
});
