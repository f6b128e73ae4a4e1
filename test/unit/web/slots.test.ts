import { describe, expect, test } from "bun:test";
import {
  type Draft,
  emptyDraft,
  parseDrafts,
  serializeDrafts,
  undone,
  withEdit,
  withoutEdit,
  withTyped,
} from "../../../web/src/state/drafts.ts";
import {
  againBody,
  continueBody,
  editedBody,
  modifyBody,
  replaceBody,
  skipBody,
  throwBody,
} from "../../../web/src/state/release-bodies.ts";
import { editsOf, slotsOf } from "../../../web/src/state/slots.ts";
import { fakeCid, jsonItem, pausedCall } from "./fixtures.ts";

const pause = pausedCall("p", 1, {
  args: [
    jsonItem("first", { amount: 249.9, id: "A" }),
    jsonItem("second", { f: { $type: "function", name: "g" } }),
  ],
  kwargs: JSON.parse(JSON.stringify({ __proto__x: jsonItem("kw", true) })),
  pretty_args: [{}, {}],
});
/** A pickle that JSON cannot carry back. */
const tuples = pausedCall("t", 1, {
  args: [{ cid: fakeCid("t"), data: Buffer.from("80044b014b0286942e", "hex").toString("base64") }],
  pretty_args: [[1, 2]],
  preferred_format: "dill",
});
const draft = (edits: Record<string, string>): Draft => ({ ...emptyDraft, edits });

describe("slots", () => {
  test("show the client's own JSON, laid out", () => {
    expect(slotsOf(pause).map(({ key, editing, text }) => [key, editing, text])).toEqual([
      ["a0", "leaf", '{\n  "amount": 249.9,\n  "id": "A"\n}'],
      [
        "a1",
        "leaf",
        '{ "f": { "$type": "function", "name": "g" } }'
          .replace("{ ", "{\n  ")
          .replace(" }", " }")
          .replace(/ \}$/, "\n}"),
      ],
      ["k:__proto__x", "leaf", "true"],
    ]);
    expect(slotsOf(pause)).toBe(slotsOf(pause));
  });

  test("a pickle that is plain JSON is edited in place, any other as a whole", () => {
    const none = { cid: fakeCid("none"), data: Buffer.from("80044e2e", "hex").toString("base64") };
    const tuple = { cid: fakeCid("t"), data: Buffer.from("80044b014b0286942e", "hex").toString("base64") };
    const call = pausedCall("d", 1, {
      args: [none, tuple],
      pretty_args: [null, [1, 2]],
      preferred_format: "dill",
    });
    expect(slotsOf(call).map(({ editing, text }) => [editing, text])).toEqual([
      ["leaf", "null"],
      ["whole", "[1, 2]"],
    ]);
  });
});

describe("edits", () => {
  test("spacing is not an edit; replacing a whole value always is", () => {
    expect(editsOf(pause, undefined)).toEqual([]);
    expect(editsOf(pause, draft({ a0: '{"amount":249.9,"id":"A"}' }))).toEqual([]);
    expect(editsOf(pause, draft({ a0: '{"amount":24.99,"id":"A"}' })).map(({ slot }) => slot.key)).toEqual([
      "a0",
    ]);
    expect(editsOf(tuples, draft({ a0: "[1, 2]" })).length).toBe(1);
  });

  test("only what changed is sent as a value; the rest keeps its identity", () => {
    const made = modifyBody(pause, draft({ a0: '{"amount": 24.99, "id": "A"}' }));
    expect(made).toEqual({
      ok: true,
      body: {
        action: "modify",
        modified_args: [{ amount: 24.99, id: "A" }, { cid: fakeCid("second") }],
        modified_kwargs: { __proto__x: { cid: fakeCid("kw") } },
      },
    });
  });

  test("null is a value", () => {
    const made = modifyBody(pause, draft({ a0: "null" }));
    expect(made.ok && made.body.modified_args?.[0]).toBeNull();
  });

  test("a parameter called __proto__ arrives as a parameter", () => {
    const item = JSON.stringify(jsonItem("proto", 1));
    const call = pausedCall("x", 1, { kwargs: JSON.parse(`{"__proto__": ${item}}`) });
    const made = modifyBody(call, draft({ "k:__proto__": "2" }));
    expect(JSON.stringify(made.ok && made.body.modified_kwargs)).toBe('{"__proto__":2}');
  });

  test("nothing edited, or not JSON yet: refused with the reason", () => {
    expect(modifyBody(pause, undefined)).toEqual({ ok: false, reason: "Nothing is edited yet." });
    const made = modifyBody(pause, draft({ a0: "{" }));
    expect(made.ok ? "" : made.reason).toContain("args[0]: Not finished");
  });

  test("a value that would be mistaken for a known one is refused, one that only resembles it is not", () => {
    const cid = "a".repeat(128);
    expect(modifyBody(pause, draft({ a0: `{"cid": "${cid}"}` })).ok).toBe(false);
    expect(modifyBody(pause, draft({ a0: `{"cid": "${cid}", "name": 1}` })).ok).toBe(true);
    expect(modifyBody(pause, draft({ a0: '{"cid": "short"}' })).ok).toBe(true);
    expect(skipBody(`{"cid": "${cid}"}`).ok).toBe(false);
  });

  test("a function stays where it was, and is made nowhere else", () => {
    const kept = modifyBody(pause, draft({ a1: '{"f": {"$type": "function", "name": "g"}, "n": 1}' }));
    expect(kept.ok).toBe(true);
    const moved = modifyBody(pause, draft({ a1: '{"g": {"$type": "function", "name": "g"}}' }));
    expect(moved.ok ? "" : moved.reason).toContain("a function stands where there was none");
    expect(skipBody('{"$type": "function", "name": "g"}').ok).toBe(false);
  });

  test("a half-typed leaf is not left out", () => {
    const half = { ...emptyDraft, typing: { root: "a0", path: ["amount"], text: "24," } };
    const made = modifyBody(pause, withEdit(half, "a1", "1"));
    expect(made.ok ? "" : made.reason).toContain("args[0]");
  });

  test("after the call the result is answered with, or the call made once more", () => {
    const after = pausedCall("r", 1, {
      args: [jsonItem("first", 1)],
      pretty_args: [1],
      pause_when: "after",
      accepts: ["continue", "skip", "call_again"],
      result: jsonItem("result", { ok: false }),
    });
    expect(editedBody(after, draft({ r: '{"ok": true}' }))).toEqual({
      ok: true,
      body: { action: "skip", fake_result: { ok: true } },
    });
    expect(editedBody(after, draft({ a0: "2" }))).toMatchObject({
      body: { action: "call_again", modified_args: [2] },
    });
    expect(againBody(after, undefined)).toEqual({ ok: true, body: { action: "call_again" } });
    expect(againBody(after, draft({ r: "1" })).ok).toBe(false);
  });

  test("pausing again goes along", () => {
    expect(continueBody(pause, { ...emptyDraft, pauseAfter: true })).toEqual({
      action: "continue",
      pause_after: true,
    });
    expect(replaceBody(pause, { ...emptyDraft, replacement: " other ", pauseAfter: true })).toEqual({
      ok: true,
      body: { action: "replace", replacement_function: "other", pause_after: true },
    });
    expect(replaceBody(pause, emptyDraft).ok).toBe(false);
  });

  test("skip and throw", () => {
    expect(skipBody("[1]")).toEqual({ ok: true, body: { action: "skip", fake_result: [1] } });
    expect(skipBody("").ok).toBe(false);
    expect(throwBody({ ...emptyDraft, exceptionMessage: "no" })).toEqual({
      ok: true,
      body: { action: "raise", exception_message: "no" },
    });
    expect(throwBody({ ...emptyDraft, exceptionType: " E " })).toEqual({
      ok: true,
      body: { action: "raise", exception_type: "E", exception_message: "" },
    });
  });
});

describe("drafts", () => {
  test("survive storage, and storage that is not theirs is ignored", () => {
    const edited: Draft = {
      ...withEdit(emptyDraft, "k:__proto__", "{"),
      panel: "throw",
      exceptionMessage: "m",
    };
    const drafts = new Map([
      ["a", edited],
      ["b", emptyDraft],
    ]);
    expect(parseDrafts(serializeDrafts(drafts))).toEqual(new Map([["a", { ...edited, past: [] }]]));
    for (const text of [
      null,
      "",
      "{",
      "5",
      "[1]",
      '[["a"]]',
      '[["a", {"edits": 5}]]',
      '[[5, {"edits": {}}]]',
    ]) {
      expect(parseDrafts(text).size).toBe(0);
    }
  });

  test("reverting forgets, and can itself be undone", () => {
    const reverted = withoutEdit(withEdit(emptyDraft, "a0", "1"), "a0");
    expect(reverted.edits).toEqual({});
    expect(undone(reverted).edits).toEqual({ a0: "1" });
    expect(undone(undone(reverted))).toEqual(emptyDraft);
    expect(undone(emptyDraft)).toEqual(emptyDraft);
  });

  test("keys typed into one text are one step back", () => {
    const typed = withTyped(withTyped(emptyDraft, "a0", "1"), "a0", "12");
    expect(undone(typed).edits).toEqual({});
  });
});
