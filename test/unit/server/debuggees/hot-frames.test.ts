/** The checks by hand say what the schemas say: about valid frames, and about frames with anything wrong in them. */
import { describe, expect, test } from "bun:test";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import fc from "fast-check";
import { MAX_NAME_LENGTH } from "../../../../src/protocol/constants.ts";
import {
  AskFrame,
  CallsFrame,
  EndFrame,
  LONGEST_ID,
} from "../../../../src/protocol/debuggee-frame-schemas.ts";
import { MOST_REFS } from "../../../../src/protocol/debuggee-frames.ts";
import { HOT_CHECKS } from "../../../../src/server/debuggees/hot-frames.ts";

/** Values near every border there is. */
const odd = fc.constantFrom<unknown>(
  null,
  true,
  false,
  0,
  -1,
  1,
  2,
  3,
  0.5,
  MOST_REFS,
  MOST_REFS + 1,
  Number.MAX_SAFE_INTEGER,
  Number.MAX_SAFE_INTEGER + 1,
  1e308,
  "",
  "x",
  "proxy",
  "x".repeat(LONGEST_ID),
  "x".repeat(LONGEST_ID + 1),
  "x".repeat(MAX_NAME_LENGTH),
  "x".repeat(MAX_NAME_LENGTH + 1),
  [],
  [1],
  [1, "x"],
  [1, "x", 2],
  {},
  { type: "Error", message: "no" },
  { type: "Error" },
);

const ref = fc.integer({ min: 0, max: 20 });
const newText = fc.tuple(ref, fc.constantFrom("1", '"x"'));
const textRef = fc.oneof(ref, newText);
const site = fc.array(
  fc.record(
    {
      filename: fc.constantFrom("a.ts", null),
      lineno: fc.constantFrom(1, null),
      code_context: fc.anything(),
    },
    { requiredKeys: [] },
  ),
  { maxLength: 3 },
);
const thrown = fc.record({ type: fc.string(), message: fc.string(), traceback: fc.constantFrom(null, "at") });

const row = fc
  .tuple(
    fc.integer({ min: 1, max: 1e9 }),
    ref,
    fc.constantFrom(null, "1.5-x.1"),
    fc.constant(1.5),
    fc.constantFrom(null, 0.5),
    fc.constantFrom(0, 1, 2),
    fc.array(ref, { maxLength: 3 }),
    fc.option(ref),
    fc.option(ref),
    fc.option(ref),
    fc.option(thrown),
    fc.option(fc.array(fc.nat(), { maxLength: 3 })),
  )
  .chain((whole) => fc.integer({ min: 6, max: 13 }).map((length) => whole.slice(0, length)));

const frames = {
  calls: fc.record(
    {
      t: fc.constant("calls"),
      batch: fc.integer({ min: 1, max: 1e6 }),
      names: fc.array(fc.tuple(ref, fc.constant("f")), { maxLength: 3 }),
      texts: fc.array(newText, { maxLength: 3 }),
      sites: fc.array(fc.tuple(ref, site), { maxLength: 2 }),
      rows: fc.array(row, { maxLength: 3 }),
    },
    { requiredKeys: ["t", "batch", "rows"] },
  ),
  ask: fc.record(
    {
      t: fc.constant("ask"),
      seq: fc.integer({ min: 1, max: 1e6 }),
      name: fc.constant("f"),
      parent: fc.constantFrom(null, "p"),
      started_at: fc.constant(1.5),
      signature: fc.constantFrom(null, "(a)", 2),
      args: fc.array(textRef, { maxLength: 3 }),
      refs: fc.array(fc.nat(), { maxLength: 3 }),
      target: textRef,
      site,
      call_type: fc.constantFrom("proxy", "inline"),
      was_paused: fc.boolean(),
    },
    { requiredKeys: ["t", "seq", "name", "parent", "started_at", "signature", "args", "site", "call_type"] },
  ),
  end: fc.record(
    {
      t: fc.constant("end"),
      seq: fc.integer({ min: 1, max: 1e6 }),
      duration_ms: fc.constant(0.5),
      status: fc.constantFrom(0, 1),
      outcome: textRef,
      outcome_ref: fc.nat(),
      exception: thrown,
      mutated: fc.array(fc.tuple(fc.nat(), textRef), { maxLength: 2 }),
      wait: fc.boolean(),
    },
    { requiredKeys: ["t", "seq", "duration_ms", "status", "outcome", "wait"] },
  ),
};

/** One place somewhere inside is replaced by something odd, or taken away. */
function spoiled(frame: unknown, path: number[], value: unknown, remove: boolean): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(frame));
  let at = copy as Record<string, unknown>;
  for (const step of path) {
    const keys = Object.keys(at);
    const key = keys[step % Math.max(1, keys.length)];
    if (key === undefined) break;
    const member = at[key];
    if (step % 3 === 0 || typeof member !== "object" || member === null) {
      if (remove && !Array.isArray(at)) delete at[key];
      else at[key] = value;
      break;
    }
    at = member as Record<string, unknown>;
  }
  return copy;
}

const schemas = { calls: CallsFrame, ask: AskFrame, end: EndFrame };

describe.each(["calls", "ask", "end"] as const)("%s", (type) => {
  const schema = TypeCompiler.Compile(schemas[type]);
  const byHand = (value: unknown) => HOT_CHECKS[type]?.(value);

  test("frames as they should be", () => {
    let valid = 0;
    fc.assert(
      fc.property(frames[type], (frame) => {
        const value: unknown = JSON.parse(JSON.stringify(frame));
        if (schema.Check(value)) valid += 1;
        expect(byHand(value)).toBe(schema.Check(value));
      }),
      { numRuns: 500 },
    );
    expect(valid).toBeGreaterThan(100);
  });

  test("frames with something wrong in them", () => {
    let invalid = 0;
    fc.assert(
      fc.property(
        frames[type],
        fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 5 }),
        odd,
        fc.boolean(),
        (frame, path, value, remove) => {
          // What it is was read before it is checked.
          const changed = Object.assign(spoiled(frame, path, value, remove) as object, { t: type });
          if (!schema.Check(changed)) invalid += 1;
          expect(byHand(changed)).toBe(schema.Check(changed));
        },
      ),
      { numRuns: 1_000 },
    );
    expect(invalid).toBeGreaterThan(100);
  });

  test("anything at all", () => {
    fc.assert(
      fc.property(fc.oneof(odd, fc.jsonValue()), (value) => {
        expect(byHand(value)).toBe(schema.Check(value));
      }),
      { numRuns: 500 },
    );
  });
});
