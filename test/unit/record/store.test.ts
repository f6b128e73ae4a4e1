/** What the store promises: calls once, whatever comes twice; the old format read; old calls gone and nothing else. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { parseQuery } from "../../../src/server/query/parse.ts";
import { history } from "../../../src/server/record/history.ts";
import { prunePlan, setRetention } from "../../../src/server/record/retention.ts";
import { search } from "../../../src/server/record/search.ts";
import { sessionDiff, sessionList } from "../../../src/server/record/sessions.ts";
import { callTree } from "../../../src/server/record/tree.ts";
import { BLOCK } from "../../../src/server/store/block-index.ts";
import { openDatabase } from "../../../src/server/store/open.ts";
import { packArgs, unpackArgs } from "../../../src/server/store/packing.ts";
import { openStore } from "../../../src/server/store/sqlite-store.ts";
import {
  type Store,
  type StoredCall,
  StoreError,
  type StreamedCall,
} from "../../../src/server/store/store.ts";
import { Tables } from "../../../src/server/store/tables.ts";
import { batch, CLIENT, call, value } from "./calls.ts";

let folder: string;
const open: Store[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cideldill-record-"));
});
afterEach(() => {
  for (const store of open.splice(0)) store.close();
  rmSync(folder, { recursive: true, force: true });
});
function opened(path = ":memory:", instance: string = crypto.randomUUID()) {
  const store = openStore(path, instance);
  open.push(store);
  return store;
}
const all = (store: Store) => [...store.scan({}, "oldest")].flatMap(({ calls }) => calls);
const idOf = (one: StreamedCall) => `${CLIENT}.${one.seq}`;

test("a text is found by its CID at once, and is in the file when it is written", () => {
  const path = join(folder, "calls.db");
  const store = opened(path);
  const texts = [value({ order: "A-1042" }), value(249.9), value({ order: "A-1042" })];
  store.putTexts(texts);
  expect(store.isWritten()).toBe(true);
  store.putTexts([value("later")]);
  for (const { cid, text } of [...texts, value("later")]) {
    expect(store.hasPayload(cid)).toBe(true);
    expect(Buffer.from(store.getPayload(cid)?.bytes ?? []).toString()).toBe(text);
  }
  store.close();
  const again = opened(path);
  for (const { cid } of [...texts, value("later")]) expect(again.hasPayload(cid)).toBe(true);
  expect(again.hasPayload(value("never").cid)).toBe(false);
});

describe("a call that comes twice is kept once", () => {
  test("in the same batch's repetition, and after its beginning", () => {
    const store = opened();
    const running = call("f", [1], { status: 2, durationMs: null, outcome: null });
    const other = call("g", [2]);
    store.record(batch([running, other]));
    expect(store.call(1)).toMatchObject({ status: 2, durationMs: null, outcome: null });
    const ended = { ...running, status: 0 as const, durationMs: 5, outcome: value("done") };
    store.record(batch([ended]));
    store.record(batch([ended]));
    expect(all(store).map(({ number, status }) => [number, status])).toEqual([
      [1, 0],
      [2, 0],
    ]);
    expect(store.numberOf(idOf(running))).toBe(1);
    expect(history(store, "f", 9)).toMatchObject([{ call_data: { pretty_result: "done" } }]);
  });

  test("in one batch, however many calls lie between its beginning and its end", () => {
    const store = opened();
    const running = call("f", [1], { status: 2, durationMs: null, outcome: null });
    const ended = { ...running, status: 0 as const, durationMs: 5, outcome: value("done") };
    const between = Array.from({ length: 40 }, (_, index) => call("g", [index]));
    store.record(batch([running, ...between.slice(0, 5), ended, ...between.slice(5), ended]));
    expect(all(store).map(({ number, status, seq }) => [number, status, seq])).toEqual(
      [running, ...between].map(({ seq }, index) => [index + 1, 0, seq]),
    );
  });

  test("also by another run of the server, indexed or not", () => {
    const path = join(folder, "a.db");
    const first = openStore(path, "one");
    const calls = Array.from({ length: BLOCK + 50 }, (_, index) =>
      call("f", [index], index % 100 === 0 ? { status: 2, durationMs: null, outcome: null } : {}),
    );
    first.record(batch(calls));
    first.settle();
    first.close();
    const second = opened(path, "two");
    second.record(
      batch(calls.map((one) => ({ ...one, status: 0 as const, durationMs: 1, outcome: value("end") }))),
    );
    second.record(batch([call("f", ["new"])]));
    const kept = all(second);
    expect(kept).toHaveLength(calls.length + 1);
    expect(kept.filter(({ status }) => status === 2)).toEqual([]);
    expect(second.numberOf(idOf(calls[7] as StreamedCall))).toBe(8);
  });

  test("values are kept once, across batches, runs and formats", () => {
    const path = join(folder, "a.db");
    const first = openStore(path, "one");
    first.record(batch([call("f", ["same", "same"]), call("f", ["same"])]));
    first.close();
    const second = opened(path, "two");
    second.record(batch([call("f", ["same"])]));
    const ids = new Set(all(second).flatMap(({ args }) => args));
    expect(ids.size).toBe(1);
    expect(second.figures()).toMatchObject({ calls: 3, newest: 3 });
  });
});

test("two servers that write one file by turns never mix up numbers", () => {
  const path = join(folder, "a.db");
  const [one, two] = [opened(path), opened(path)];
  const shared = value("shared by both");
  for (let round = 0; round < 20; round++) {
    one.record(batch([{ ...call("one", []), args: [shared, value(`one ${round}`)] }], "1.000000-one"));
    two.record(batch([call("two", ["shared by both", `two ${round}`])], "1.000000-two"));
  }
  for (const store of [one, two]) {
    const calls = all(store);
    expect(calls.map(({ number }) => number)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    expect(new Set(calls.map(({ args }) => args[0])).size).toBe(1);
    expect(new Set(calls.map(({ args }) => args[1])).size).toBe(40);
    expect(calls.filter(({ functionId }) => store.functionName(functionId) === "two")).toHaveLength(20);
  }
});

test("what was to be written in a transaction that is undone does not come with the next one", () => {
  const tables = new Tables(openDatabase(":memory:"), "one", 1);
  const [lost, kept] = [call("f", ["lost"]), call("f", ["kept"])];
  expect(() =>
    tables.transaction(() => {
      tables.addBatch(batch([lost]));
      throw new Error("undone");
    }),
  ).toThrow("undone");
  tables.transaction(() => tables.addBatch(batch([kept])));
  expect(tables.calls.range(0, 99, {}, false, 99).map(({ seq }) => seq)).toEqual([kept.seq]);
  tables.db.close();
});

test("arguments are packed and unpacked", () => {
  const number = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.maxSafeNat());
  fc.assert(
    fc.property(fc.array(number, { minLength: 1 }), fc.boolean(), (ids, hasRefs) => {
      const refs = hasRefs ? ids.map((_, index) => index + 1) : null;
      const unpacked = unpackArgs(packArgs(ids, refs));
      expect(unpacked).toEqual({ ids, refs: refs ?? [] });
    }),
  );
});

test("a tree follows the calls that were made, through indexed blocks and after them", () => {
  const store = opened();
  const root = call("root", []);
  const child = call("child", [1], { parent: idOf(root) });
  const filler = Array.from({ length: BLOCK }, () => call("filler", []));
  const late = call("late", [2], { parent: idOf(root) });
  const grandchild = call("grandchild", [], { parent: idOf(late) });
  store.record(batch([child, ...filler, grandchild, late, root]));
  store.settle();
  const number = store.numberOf(idOf(root)) ?? 0;
  const kept = store.call(number);
  if (!kept) throw new Error("the root is not kept");
  const tree = callTree(store, kept, {});
  expect(tree.root.children.map(({ call: one }) => one.function_name)).toEqual(["child", "late"]);
  expect(tree.root.children[1]?.children.map(({ call: one }) => one.function_name)).toEqual(["grandchild"]);
  const deepest = store.call(store.numberOf(idOf(grandchild)) ?? 0);
  if (!deepest) throw new Error("the grandchild is not kept");
  expect(callTree(store, deepest, {}).ancestors.map((one) => one.function_name)).toEqual(["root", "late"]);
  const page = callTree(store, kept, { limit: 2 });
  expect(page.root.children).toHaveLength(1);
  const rest = callTree(store, kept, { cursor: page.root.more ?? "" });
  expect(rest.root.children.map(({ call: one }) => one.function_name)).toEqual(["late"]);
});

describe("old calls go", () => {
  test("by age, but not what is pinned; their values and what points to them go with them", async () => {
    const path = join(folder, "a.db");
    const first = openStore(path, "one");
    const old = Array.from({ length: BLOCK * 3 }, (_, index) =>
      call("old", [{ only: `old ${index}` }], { startedAt: 1_000 }),
    );
    first.record(batch(old));
    // Values this new are spared: these make the old ones old.
    first.record(
      batch(
        Array.from({ length: 2_000 }, (_, index) => call("young", [`young ${index}`], { startedAt: 5_000 })),
      ),
    );
    first.settle();
    first.pin(5, true);
    first.close();
    const store = opened(path);
    const before = store.figures();
    const pruned = await store.prune({ startedBefore: 2_000 });
    expect(pruned.calls).toBe(BLOCK * 3 - 1);
    expect(pruned.values).toBeGreaterThan(BLOCK * 2);
    expect(pruned.freedBytes).toBeGreaterThan(0);
    const after = store.figures();
    expect(after.calls).toBe(before.calls - pruned.calls);
    expect(store.call(5)?.args).toHaveLength(1);
    const [pinned] = all(store);
    expect(pinned?.number).toBe(5);
    const text = store.payload(pinned?.args[0] ?? 0);
    expect(text && new TextDecoder().decode(text.bytes)).toContain("old 4");
    expect(store.payloadsLike("old 17", 10)).toEqual([]);
    expect(store.numberOf(idOf(old[10] as StreamedCall))).toBeNull();
    const check = new Database(path).query<{ integrity_check: string }, []>("PRAGMA integrity_check").get();
    expect(check?.integrity_check).toBe("ok");
    // Indexing comes to its end also when the newest values are gone.
    store.settle();
    // A value that is gone is kept again when it comes again.
    store.record(batch([call("again", [{ only: "old 17" }])]));
    expect(store.payloadsLike("old 17", 10)).toHaveLength(1);
  });

  test("their call sites go with them, and are there again when they come again, from any server", async () => {
    const path = join(folder, "a.db");
    const [one, two] = [opened(path, "one"), opened(path, "two")];
    const site = (line: number) => ({
      json: JSON.stringify([{ filename: "/app/a.ts", lineno: line, function: "f" }]),
      id: 0,
      era: -1,
    });
    const sites = Array.from({ length: 40 }, (_, index) => site(index));
    const other = site(7);
    one.record(
      batch(sites.map((site, index) => call("f", [index], { site, startedAt: index < 30 ? 1_000 : 5_000 }))),
    );
    two.record(batch([call("g", [1], { site: other, startedAt: 1_000 })], "1.000000-d"));
    const lines = (store: Store) =>
      all(store).map(({ site: id }) => (id === null ? undefined : store.frames(id).at(-1)?.lineno));
    await one.prune({ startedBefore: 2_000 });
    expect(one.sites(99)?.size).toBe(10);
    one.record(batch([call("f", [0], { site: sites[3] ?? null })]));
    two.record(batch([call("g", [2], { site: other })], "1.000000-d"));
    for (const store of [one, two])
      expect(lines(store)).toEqual([...Array.from({ length: 10 }, (_, index) => 30 + index), 3, 7]);
    expect(two.sites(99)?.size).toBe(12);
  });

  test("by size, the oldest first, until the file is small enough", async () => {
    const path = join(folder, "a.db");
    const store = opened(path);
    const blob = "x".repeat(700);
    for (let round = 0; round < 12; round++)
      store.record(
        batch(Array.from({ length: 1_000 }, (_, index) => call("f", [`${round} ${index} ${blob}`]))),
      );
    store.settle();
    const limit = store.figures().sizeBytes / 2;
    await store.prune({ maxBytes: limit });
    expect(store.figures().sizeBytes).toBeLessThan(limit * 1.3);
    const kept = all(store);
    expect(kept.length).toBeGreaterThan(1_500);
    expect(kept.at(-1)?.number).toBe(12_000);
  }, 30_000);

  test("sessions by name; pinned ones stay, and so does the one that runs", async () => {
    const path = join(folder, "a.db");
    for (const instance of ["one", "two", "three"]) {
      const store = openStore(path, instance);
      store.record(batch([call(instance, [instance])], `1.000000-${instance}`));
      if (instance === "two") store.changeSession(2, { pinned: true, label: "keep", tags: ["a"] });
      store.close();
    }
    const store = opened(path, "four");
    const pruned = await store.prune({ sessions: [1, 2, 4] });
    expect(pruned).toMatchObject({ sessions: 1, calls: 1 });
    expect(sessionList(store).map(({ id, calls, label }) => [id, calls, label])).toEqual([
      [4, 0, ""],
      [3, 1, ""],
      [2, 1, "keep"],
    ]);
    setRetention(store, { max_age_days: 1 });
    expect(await prunePlan(store, {})).toMatchObject({ calls: 1 });
    expect(all(store).map(({ session }) => session)).toEqual([2]);
  });
});

test("two sessions compared: only here, only there, another outcome", async () => {
  const path = join(folder, "a.db");
  const first = openStore(path, "one");
  first.record(
    batch(
      [call("f", [1], { outcome: value(1) }), call("f", [2], { outcome: value(2) }), call("f", [3])],
      "1.000000-a",
    ),
  );
  first.close();
  const store = opened(path, "two");
  store.record(
    batch(
      [call("f", [1], { outcome: value(1) }), call("f", [2], { outcome: value(22) }), call("g", [3])],
      "1.000000-b",
    ),
  );
  const diff = await sessionDiff(store, 1, 2);
  expect(diff).toMatchObject({ same: 1, only_a_count: 1, only_b_count: 1, changed_count: 1, complete: true });
  expect(diff.changed[0]).toMatchObject({ a: { result_text: "2" }, b: { result_text: "22" } });
});

test("small things outlive the server", () => {
  const path = join(folder, "a.db");
  const first = openStore(path, "one");
  first.putDocument("rule", "r1", { when: "before" });
  first.putDocument("rule", "r2", {});
  first.putDocument("rule", "r2", null);
  first.addTranscript("s1", 1, { expr: "1 + 1" });
  first.addEvent(2, "started", { pid: 7 });
  first.close();
  const store = opened(path);
  expect([...store.documents("rule")]).toEqual([["r1", { when: "before" }]]);
  expect(store.document("rule", "r2")).toBeUndefined();
  expect(store.transcript("s1")).toEqual([{ at: 1, body: { expr: "1 + 1" } }]);
  expect(store.transcripts(5)).toMatchObject([{ repl: "s1", entries: 1 }]);
  expect(store.events(Number.MAX_SAFE_INTEGER, 5)).toMatchObject([{ kind: "started", body: { pid: 7 } }]);
});

describe("files", () => {
  /** As the first edition wrote it. */
  function oldFile(path: string): void {
    const db = new Database(path, { create: true });
    db.run(`CREATE TABLE payloads (cid TEXT PRIMARY KEY, format TEXT NOT NULL, bytes BLOB NOT NULL);
      CREATE TABLE calls (id INTEGER PRIMARY KEY, instance_id TEXT NOT NULL, call_id TEXT NOT NULL, function_name TEXT NOT NULL,
        status TEXT NOT NULL, started_at REAL NOT NULL, completed_at REAL NOT NULL, data TEXT NOT NULL);
      CREATE INDEX calls_by_function ON calls (instance_id, function_name, id);
      PRAGMA application_id = ${0x43494464}; PRAGMA user_version = 1;`);
    const { cid, text } = value({ order: "A-1042" });
    db.query("INSERT INTO payloads VALUES (?, 'json', ?)").run(cid, Buffer.from(text));
    const data = {
      call_id: "100.500000-001",
      method_name: "charge",
      args: [{ cid, serialization_format: "json", client_ref: 4 }],
      kwargs: {},
      pretty_args: [{ order: "A-1042" }],
      result_cid: cid,
      process_pid: 9,
      process_start_time: 50,
      process_key: "50.000000+9",
      page_url: null,
      call_site: { timestamp: 100, stack_trace: [{ filename: "a.py", lineno: 3, function: "main" }] },
      signature: "(order)",
      status: "success",
    };
    db.query("INSERT INTO calls VALUES (1, 'old', '100.500000-001', 'charge', 'success', 100.5, 101, ?)").run(
      JSON.stringify(data),
    );
    db.close();
  }

  test("of the first edition are taken over whole", () => {
    const path = join(folder, "old.db");
    oldFile(path);
    const store = opened(path);
    const number = store.numberOf("100.500000-001");
    expect(number).toBe(1);
    const kept = store.call(number ?? 0);
    expect(kept).toMatchObject({ startedAt: 100.5, durationMs: 500, refs: [4] });
    expect(kept && store.callIdOf(kept)).toBe("100.500000-001");
    expect(kept && store.process(kept.process)).toMatchObject({ pid: 9, startTime: 50 });
    expect(kept?.site && store.frames(kept.site)).toEqual([
      { filename: "a.py", lineno: 3, function: "main" },
    ]);
    expect(store.hasPayload(value({ order: "A-1042" }).cid)).toBe(true);
    expect(store.payloadsLike("a-1042", 5)).toHaveLength(1);
    expect(store.sessions()).toMatchObject([{}, { instanceId: "old", calls: 1 }]);
  });

  test("that are cut off are refused in one line, and left as they are", () => {
    const path = join(folder, "cut.db");
    const store = openStore(path, "one");
    store.record(batch(Array.from({ length: 500 }, (_, index) => call("f", [`value ${index}`]))));
    store.close();
    const whole = readFileSync(path);
    for (const length of [100, 4_096, Math.floor(whole.length / 2)]) {
      writeFileSync(path, whole.subarray(0, length));
      let message = "";
      try {
        openStore(path, "two").close();
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        message = error.message;
      }
      expect(message).toMatch(/^Cannot use the database .*--memory\.$/);
      expect(readFileSync(path).length).toBe(length);
    }
  });

  const mounted = (size: string, at: string): boolean => {
    try {
      return Bun.spawnSync(["mount", "-t", "tmpfs", "-o", `size=${size}`, "tmpfs", at]).exitCode === 0;
    } catch {
      return false;
    }
  };

  // Only root can mount a small disk.
  test.skipIf(process.getuid?.() !== 0)(
    "on a full disk: memory goes on, nothing is lost, and it is said once",
    () => {
      if (!mounted("1m", folder)) return;
      try {
        const path = join(folder, "full.db");
        const problems: string[] = [];
        const store = openStore(path, "one", { onProblem: (problem) => problems.push(problem) });
        open.push(store);
        const text = "a long text that fills the disk ".repeat(20);
        for (let round = 0; round < 30; round++)
          store.record(
            batch(Array.from({ length: 100 }, (_, index) => call("f", [`${round} ${index} ${text}`]))),
          );
        store.settle();
        expect(problems).toHaveLength(1);
        expect(problems[0]).toMatch(/full.*memory only\.$/);
        const calls = all(store);
        expect(calls).toHaveLength(3_000);
        expect(new Set(calls.map(({ number }) => number)).size).toBe(3_000);
        const query = parseQuery('"29 99 a long"', 0);
        expect(search(store, query, { order: "newest", limit: 9, ms: 60_000 }).calls).toHaveLength(1);
        expect(store.numberOf(store.callIdOf(calls[2_999] as StoredCall))).toBe(calls[2_999]?.number ?? 0);
        store.close();
        const db = new Database(path);
        expect(
          db.query<{ integrity_check: string }, []>("PRAGMA integrity_check").get()?.integrity_check,
        ).toBe("ok");
        db.close();
      } finally {
        for (const store of open.splice(0)) store.close();
        Bun.spawnSync(["umount", folder]);
      }
    },
  );
});
