import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BreakpointManager } from "../../../src/server/engine/manager.ts";
import { listen } from "../../../src/server/listen.ts";
import { history } from "../../../src/server/record/history.ts";
import { openStore } from "../../../src/server/store/sqlite-store.ts";
import { type CallRecord, type Store, StoreError } from "../../../src/server/store/store.ts";
import { cidOf } from "../../../src/server/values/index.ts";
import { startTestServer } from "../../support/server.ts";

let folder: string;
const open: Store[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cideldill-store-"));
});
afterEach(() => {
  for (const store of open.splice(0)) store.close();
  rmSync(folder, { recursive: true, force: true });
});

function store(path: string, instance = "one", onProblem?: (message: string) => void): Store {
  const opened = openStore(path, instance, { onProblem });
  open.push(opened);
  return opened;
}
const refusal = (path: string): string => {
  try {
    store(path);
    return "opened";
  } catch (error) {
    if (error instanceof StoreError) return error.message;
    throw error;
  }
};
const payload = (text: string) => {
  const bytes = new TextEncoder().encode(JSON.stringify(text));
  return { cid: cidOf(bytes), format: "json" as const, bytes };
};
const call = (id: string, fields: Partial<CallRecord> = {}): CallRecord => ({
  callId: `1.000000-${id}.1`,
  functionName: "fn",
  status: "success",
  startedAt: 1.25,
  completedAt: 2.5,
  process: {
    key: "1.000000+7",
    pid: 7,
    startTime: 1,
    pageUrl: null,
    clientId: null,
    program: null,
    runtime: null,
    library: null,
  },
  parentCallId: null,
  args: [],
  kwargs: new Map(),
  target: null,
  result: null,
  thrown: null,
  exception: null,
  frames: [],
  fields: {},
  ...fields,
});
const newest = (kept: Store, limit: number, name = "fn") =>
  history(kept, name, limit).map(({ id }) => id.slice("1.000000-".length, -".1".length));

describe("what is put in comes out", () => {
  test("payloads byte for byte, and one already there is left as it is", () => {
    const kept = store(join(folder, "a.db"));
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    const cid = cidOf(bytes);
    expect([kept.hasPayload(cid), kept.getPayload(cid)]).toEqual([false, null]);
    kept.putPayloads([{ cid, format: "dill", bytes }]);
    kept.putPayloads([{ cid, format: "json", bytes: new Uint8Array() }, payload("more")]);
    expect(kept.hasPayload(cid)).toBe(true);
    expect(kept.getPayload(cid)).toEqual({ cid, format: "dill", bytes });
    kept.flush();
    expect(kept.getPayload(cid)).toEqual({ cid, format: "dill", bytes });
    kept.putPayloads([]);
  });

  test("calls of one function, the newest so many, newest last", () => {
    const kept = store(":memory:");
    for (let index = 0; index < 5; index++) kept.addCall(call(`c${index}`));
    kept.addCall(call("other", { functionName: "'; DROP TABLE calls; --" }));
    expect(newest(kept, 3)).toEqual(["c2", "c3", "c4"]);
    expect(history(kept, "fn", 100)[0]).toMatchObject({ function_name: "fn", completed_at: 2.5 });
    expect(newest(kept, 3, "'; DROP TABLE calls; --")).toEqual(["other"]);
    expect(newest(kept, 3, "nobody")).toEqual([]);
  });

  test("after a restart payloads are held still; the history is that of one run", () => {
    const path = join(folder, "deep", "er", "a.db");
    const first = openStore(path, "one");
    first.putPayloads([payload("kept")]);
    first.addCall(call("c1"));
    first.close();
    const second = store(path, "two");
    expect(second.hasPayload(payload("kept").cid)).toBe(true);
    expect(newest(second, 10)).toEqual([]);
  });

  test.skipIf(process.platform === "win32")("for nobody else to read", () => {
    const path = join(folder, "new", "a.db");
    store(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "new")).mode & 0o777).toBe(0o700);
  });
});

test("two servers on one file write side by side, each with its own history", () => {
  const path = join(folder, "shared.db");
  const [one, two] = [store(path, "one"), store(path, "two")];
  for (let index = 0; index < 50; index++) {
    one.addCall(call(`one-${index}`));
    two.addCall(call(`two-${index}`));
    one.putPayloads([payload(`both ${index}`)]);
    two.putPayloads([payload(`both ${index}`)]);
  }
  expect(newest(one, 100)).toHaveLength(50);
  expect(newest(two, 2)).toEqual(["two-48", "two-49"]);
  expect([one.problem, two.problem]).toEqual([null, null]);
});

describe("a file that is not ours is refused in one sentence, and left as it is", () => {
  const untouched = (path: string, message: RegExp) => {
    const before = readFileSync(path);
    const said = refusal(path);
    expect(said).toMatch(message);
    expect(said).toContain(path);
    expect(said).toContain("--db");
    expect(said).not.toContain("\n");
    expect(readFileSync(path).equals(before)).toBe(true);
  };

  test("a newer format", () => {
    const path = join(folder, "newer.db");
    store(path).close();
    open.pop();
    const db = new Database(path);
    db.run("PRAGMA journal_mode = DELETE");
    db.run("PRAGMA user_version = 99");
    db.close();
    untouched(path, /newer cideldill \(format 99/);
  });

  test("another program's tables, with and without a version of its own", () => {
    for (const version of [0, 1]) {
      const path = join(folder, `foreign-${version}.db`);
      const db = new Database(path);
      db.run("CREATE TABLE notes (text TEXT)");
      db.run(`PRAGMA user_version = ${version}`);
      db.close();
      untouched(path, /belongs to another program/);
    }
  });

  test("no SQLite at all", () => {
    const path = join(folder, "letter.txt");
    writeFileSync(path, "Dear Sir or Madam, ".repeat(100));
    untouched(path, /not an SQLite database/);
  });

  test("a folder, a device", () => {
    mkdirSync(join(folder, "folder.db"));
    expect(refusal(join(folder, "folder.db"))).toContain("it is a folder");
    if (existsSync("/dev/null")) expect(refusal("/dev/null")).toContain("not a regular file");
  });

  test("a folder that cannot be made", () => {
    writeFileSync(join(folder, "file"), "");
    expect(refusal(join(folder, "file", "a.db"))).toMatch(/^Cannot use the database .*--memory\.$/);
  });

  test("an empty file is a new one", () => {
    const path = join(folder, "empty.db");
    writeFileSync(path, "");
    expect(refusal(path)).toBe("opened");
  });
});

test("a file that stops taking writes: it goes on in memory, loses nothing, and says so once", () => {
  const path = join(folder, "full.db");
  const problems: string[] = [];
  const kept = store(path, "one", (message) => problems.push(message));
  kept.putPayloads([payload("before")]);
  kept.addCall(call("before"));
  kept.flush();
  const db = new Database(path);
  db.run("CREATE TRIGGER full_disk BEFORE INSERT ON calls BEGIN SELECT RAISE(FAIL, 'disk is full'); END");
  db.close();
  kept.addCall(call("after"));
  kept.addCall(call("later"));
  kept.putPayloads([payload("after")]);
  kept.flush();
  expect(problems).toEqual([expect.stringContaining("disk is full")]);
  expect(kept.problem).toBe(problems[0] ?? "");
  expect(newest(kept, 10)).toEqual(["before", "after", "later"]);
  expect(newest(kept, 2)).toEqual(["after", "later"]);
  expect(kept.hasPayload(payload("before").cid)).toBe(true);
  expect(kept.getPayload(payload("after").cid)?.bytes).toEqual(payload("after").bytes);
});

describe("a server whose own database cannot be used", () => {
  test("serves from memory and says so, when nobody named a file", async () => {
    const before = process.env.CIDELDILL_HOME;
    const home = join(folder, "home");
    mkdirSync(join(home, "cideldill.db"), { recursive: true });
    process.env.CIDELDILL_HOME = home;
    const warnings: string[] = [];
    try {
      const server = await startTestServer({
        db: undefined as never,
        warn: (message) => warnings.push(message),
      });
      expect(server.record.db).toBe(":memory:");
      expect((await fetch(`${server.url}/api/health`)).status).toBe(200);
      await server.stop();
    } finally {
      process.env.CIDELDILL_HOME = before;
    }
    expect(warnings).toEqual([expect.stringMatching(/it is a folder.*kept in memory\.$/)]);
  });

  test("does not start, when the file was named", async () => {
    mkdirSync(join(folder, "named.db"));
    const manager = new BreakpointManager();
    const db = join(folder, "named.db");
    const failed = await listen({ manager, db, port: 0 }).catch((error: Error) => error);
    expect(failed).toBeInstanceOf(StoreError);
  });
});

test("a file that another program locks for a while gets what it missed, and nothing waits for it", () => {
  const path = join(folder, "calls.db");
  const ours = store(path);
  const other = new Database(path);
  other.run("BEGIN IMMEDIATE");
  const bytes = new TextEncoder().encode("1");
  const payload = { cid: cidOf(bytes), format: "json" as const, bytes };
  const start = performance.now();
  ours.putPayloads([payload]);
  ours.putPayloads([payload]);
  ours.flush();
  expect(performance.now() - start).toBeLessThan(2_000);
  expect(ours.hasPayload(payload.cid)).toBe(true);
  expect(ours.problem).toBeNull();
  other.run("COMMIT");
  ours.close();
  open.splice(open.indexOf(ours), 1);
  const kept = other.query<{ n: number }, []>("SELECT count(*) AS n FROM payloads").get();
  other.close();
  expect(kept?.n).toBe(1);
});

test("a file that is removed under a running server is noticed, and said", () => {
  const path = join(folder, "calls.db");
  const problems: string[] = [];
  const ours = store(path, "one", (message) => problems.push(message));
  ours.check();
  expect(problems).toEqual([]);
  rmSync(path);
  ours.check();
  ours.check();
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain("the file was removed");
});
