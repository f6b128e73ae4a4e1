/** Breakpoints, rules and the global behavior outlive the server. */

import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTestServer } from "../../support/server.ts";
import { jsonItem, WireClient } from "../contract/support/wire-client.ts";

let home: string;
let db: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "cideldill-rules-"));
  db = join(home, "calls.db");
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** One run of a server on the file. */
async function run<T>(
  work: (client: WireClient) => Promise<T>,
  options: { behavior?: "stop" | "go" } = {},
): Promise<T> {
  await using server = await startTestServer({ db, ...options });
  return await work(new WireClient(server.url));
}

const actionOf = async (client: WireClient, name: string, ...args: unknown[]) =>
  (await client.start({ method_name: name, args: args.map(jsonItem), preferred_format: "json" })).body.action;

test("as they were set, with their counts", async () => {
  const [rules, breakpoints] = await run(async (client) => {
    await client.post("/api/behavior", { behavior: "exception" });
    await client.post("/api/breakpoints", { function_name: "stops", behavior: "stop" });
    await client.post("/api/breakpoints/stops/after_behavior", { behavior: "exception" });
    await client.post("/api/breakpoints", { function_name: "gone" });
    await client.send("DELETE", "/api/breakpoints/gone");
    await client.post("/api/rules", { id: "once", function: "f", one_shot: true, note: "only once" });
    await client.post("/api/rules", { id: "third", function: "g", count: "== 3", condition: "args[0] > 1" });
    await client.post("/api/rules", { id: "skips", function: "h", action: { type: "skip", result: 7 } });
    expect(await actionOf(client, "f")).toBe("poll");
    for (const arg of [1, 2, 2]) expect(await actionOf(client, "g", arg)).toBe("continue");
    await client.send("DELETE", "/api/rules/skips");
    await client.post("/api/rules", {
      id: "last",
      function: "h*",
      match: "glob",
      action: { type: "skip", result: 8 },
    });
    return [(await client.get("/api/rules")).body, (await client.get("/api/breakpoints")).body];
  });
  await run(async (client) => {
    expect((await client.get("/api/rules")).body).toEqual(rules);
    expect((await client.get("/api/breakpoints")).body).toEqual(breakpoints);
    expect((await client.get("/api/behavior")).body.behavior).toBe("exception");
    expect(await actionOf(client, "stops")).toBe("poll");
    expect(await actionOf(client, "f")).toBe("continue");
    expect(await actionOf(client, "g", 2)).toBe("poll");
    expect(await actionOf(client, "hello")).toBe("skip");
  });
});

test("a behavior that is given at the start goes before the kept one", async () => {
  await run((client) => client.post("/api/behavior", { behavior: "exception" }));
  await run(async (client) => expect((await client.get("/api/behavior")).body.behavior).toBe("go"), {
    behavior: "go",
  });
});

test("several servers on one file keep what each of them set", async () => {
  await using first = await startTestServer({ db });
  await using second = await startTestServer({ db });
  await new WireClient(first.url).post("/api/rules", { id: "a", function: "a" });
  await new WireClient(second.url).post("/api/rules", { id: "b", function: "b" });
  await first.stop();
  await second.stop();
  await run(async (client) => {
    const { rules } = (await client.get("/api/rules")).body as { rules: { id: string }[] };
    expect(rules.map(({ id }) => id).sort()).toEqual(["a", "b"]);
  });
});

test("what cannot be read is told and left out, and harms nothing else", async () => {
  await run(async (client) => {
    await client.post("/api/rules", { id: "fine", function: "fine" });
    await client.post("/api/breakpoints", { function_name: "fine", behavior: "stop" });
  });
  const file = new Database(db);
  const put = file.query("INSERT INTO documents (kind, id, body) VALUES (?, ?, ?)");
  put.run("rule", "broken", '{"request":{"function":4}}');
  put.run(
    "rule",
    "newer",
    JSON.stringify({ request: { function: "f", condition: "tomorrow()" }, created_at: 1, counts: {} }),
  );
  put.run("breakpoint", "odd", '{"function_name":"odd","behavior":"explode"}');
  file.close();
  const told: string[] = [];
  await using server = await startTestServer({ db, warn: (message) => told.push(message) });
  const client = new WireClient(server.url);
  const { rules } = (await client.get("/api/rules")).body as { rules: { id: string }[] };
  expect(rules.map(({ id }) => id)).toEqual(["fine"]);
  expect((await client.get("/api/breakpoints")).body.breakpoints).toEqual(["fine"]);
  expect(told.join("\n")).toContain("The kept rule broken cannot be read");
  expect(told.join("\n")).toContain(
    "The kept rule newer is not used: its condition does not know the function tomorrow",
  );
  expect(told.join("\n")).toContain('The kept breakpoint on "odd" cannot be read');
});
