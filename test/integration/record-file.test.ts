/** The record's commands without a server: they read the file, say so, and change nothing. */
import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "../../src/server/store/sqlite-store.ts";
import { batch, call, value } from "../unit/record/calls.ts";

const CLI = join(import.meta.dir, "../../src/cli.ts");
let user: string;
let home: string;
let file: string;
beforeEach(() => {
  user = mkdtempSync(join(tmpdir(), "cideldill-file-"));
  home = join(user, "kept");
  mkdirSync(home);
  file = join(home, "cideldill.db");
});
afterEach(() => rmSync(user, { recursive: true, force: true }));

function run(...args: string[]) {
  const { stdout, stderr, exitCode } = Bun.spawnSync([process.execPath, CLI, ...args], {
    env: { PATH: process.env.PATH ?? "", HOME: user, CIDELDILL_HOME: home },
  });
  return { out: stdout.toString(), err: stderr.toString(), exitCode };
}

/** Three calls of a server that ended: the last still ran. */
function recorded(path = file) {
  const store = openStore(path, crypto.randomUUID());
  store.record(
    batch([
      call("tools.findOrder", ["A-1042"], { outcome: value({ total: 5 }) }),
      call("tools.findOrder", ["A-1042"], { outcome: value({ total: 6 }) }),
      call("tools.sendMail", ["x@y.org"], { status: 2, durationMs: null, outcome: null }),
    ]),
  );
  store.settle();
  return store;
}

const contents = (folder: string) =>
  readdirSync(folder).map((name) => [name, Bun.hash(readFileSync(join(folder, name)))] as const);

const SAID = () => `No server is running; read from ${file}\n`;

test("calls, call, diff and sessions read the usual file, and leave it as it was", () => {
  recorded().close();
  const before = contents(home);
  const calls = run("calls", "fn:tools.*");
  expect(calls).toMatchObject({ err: SAID(), exitCode: 0 });
  expect(calls.out.split("\n").map((line) => line.trim().split(/ {2,}/)[2])).toEqual([
    "ok",
    "ok",
    "lost",
    undefined,
  ]);
  expect(run("call", "3").out).toContain("The server that kept it ended before the call did.");
  expect(run("diff", "1", "2")).toMatchObject({ err: SAID(), exitCode: 1 });
  expect(run("diff", "1", "2").out).toContain("result.total\n  - 5\n  + 6\n");
  const sessions = run("sessions", "--json").out.trim().split("\n");
  expect(sessions.map((line) => JSON.parse(line))).toMatchObject([{ calls: 3, current: false }]);
  expect(run("sessions").out).toContain(`in ${file}`);
  expect(run("calls", "status:lost", "--json").out.trim().split("\n")).toHaveLength(1);
  expect(contents(home)).toEqual(before);
});

test("a query's mistake, a name that is near and a number that is none are told as by a server", () => {
  recorded().close();
  expect(run("calls", "stauts:ok")).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining("did you mean status:?"),
  });
  expect(run("calls", "fn:findOdrer").err).toContain("did you mean fn:tools.findOrder?");
  expect(run("calls", "status:eror").err).toContain("did you mean status:error?");
  expect(run("calls", "fn=tools.findOrder").err).toContain("did you mean fn:tools.findOrder?");
  expect(run("calls", "colour=red").err).toContain("No recorded call fits.");
  expect(run("call", "77")).toMatchObject({
    exitCode: 1,
    err: expect.stringContaining('No call "77" is kept here'),
  });
});

test("--db names another file, and asks no server", () => {
  const other = join(home, "a b#1?.db");
  recorded(other).close();
  const found = run("calls", "--db", other, "--json");
  expect(found).toMatchObject({ err: "", exitCode: 0 });
  expect(found.out.trim().split("\n")).toHaveLength(3);
  expect(run("calls", "--db", other, "--server", "http://localhost:1").exitCode).toBe(2);
});

test("what a killed server left in its log is read, and so is a file that a server has open", () => {
  const store = recorded();
  try {
    const copy = join(home, "copy");
    mkdirSync(copy);
    for (const end of ["", "-wal"]) copyFileSync(file + end, join(copy, `x.db${end}`));
    for (const path of [file, join(copy, "x.db")])
      expect(run("calls", "--db", path, "--json").out.trim().split("\n")).toHaveLength(3);
  } finally {
    store.close();
  }
});

test("what changes the record, or follows it, says that it takes a server", () => {
  recorded().close();
  const before = contents(home);
  for (const words of [["label", "1", "x"], ["pin", "1"], ["rm", "1"], ["prune"]])
    expect(run("sessions", ...words)).toEqual({
      out: "",
      err: "cideldill: No server is running, and only a server changes the record; run cideldill to start one.\n",
      exitCode: 1,
    });
  expect(run("sessions", "rm", "1", "--db", file)).toMatchObject({ exitCode: 2, out: "" });
  expect(run("tail")).toMatchObject({
    exitCode: 1,
    err: expect.stringContaining("run cideldill to start one"),
  });
  expect(contents(home)).toEqual(before);
});

describe("a file that cannot be read is told in one line, and left as it is:", () => {
  const cases: [string, (path: string) => void, string][] = [
    ["none", () => {}, "There is no file FILE."],
    ["a folder", (path) => mkdirSync(path), "Cannot use the database FILE: it is a folder."],
    [
      "a text",
      (path) => writeFileSync(path, "hello"),
      "Cannot read the database FILE: it is not an SQLite database.",
    ],
    [
      "an empty one",
      (path) => writeFileSync(path, ""),
      "There are no calls in FILE: it is no database of cideldill.",
    ],
    [
      "another program's",
      (path) => {
        const db = new Database(path, { create: true });
        db.run("CREATE TABLE cookies (name TEXT)");
        db.close();
      },
      "There are no calls in FILE: it is no database of cideldill.",
    ],
    [
      "a newer one",
      (path) => {
        recorded(path).close();
        const db = new Database(path);
        db.run("PRAGMA user_version = 99");
        db.close();
      },
      "The database FILE was written by a newer cideldill (format 99,",
    ],
    [
      "an older one",
      (path) => {
        const db = new Database(path, { create: true });
        db.run("CREATE TABLE calls (id); PRAGMA user_version = 1");
        db.close();
      },
      "The database FILE was written by an older cideldill. Start a server with it,",
    ],
    [
      "a cut one",
      (path) => {
        recorded(path).close();
        truncateSync(path, 20_000);
      },
      "Cannot read the database FILE: database disk image is malformed.",
    ],
  ];
  for (const [name, make, message] of cases)
    test(name, () => {
      const path = join(home, "other.db");
      make(path);
      const before = name === "a folder" ? [] : contents(home);
      const { out, err, exitCode } = run("calls", "--db", path);
      expect({ out, exitCode, lines: err.split("\n").length }).toEqual({ out: "", exitCode: 1, lines: 2 });
      expect(err).toStartWith(`cideldill: ${message.replace("FILE", path)}`);
      if (name !== "a folder") expect(contents(home)).toEqual(before);
    });
});
