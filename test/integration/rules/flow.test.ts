/** Control of the flow from outside, for debuggees that speak the contract. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { type Fields, freshName, WireClient } from "../contract/support/wire-client.ts";

let server: TestServer;
let client: WireClient;
let other: WireClient;
const KEY = `1700000000.250000+${process.pid}`;
const OTHER = `1700000000.500000+${process.pid}`;

beforeAll(async () => {
  server = await startTestServer({ behavior: "go" });
  client = new WireClient(server.url);
  other = new WireClient(server.url, { process_pid: process.pid, process_start_time: 1700000000.5 });
});
afterAll(() => server.stop());
afterEach(() =>
  client.post("/api/flow", {
    resume_all: true,
    mute: false,
    pause_all: false,
    pause_next: false,
    max_pauses_per_second: 1000,
  }),
);

const flow = async (fields: Fields) => {
  const { status, body } = await client.post("/api/flow", fields);
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body as { resumed: string[]; [field: string]: unknown };
};
const actionOf = async (from: WireClient, name = freshName()) =>
  String((await from.start({ method_name: name })).body.action);
const causes = async () => (await client.listPaused()).map(({ call_data }) => call_data.pause_cause);

test("as it begins", async () => {
  expect((await client.get("/api/flow")).body).toEqual({
    pause_all: false,
    pause_next: false,
    pause_next_of: [],
    muted: false,
    muted_processes: [],
    max_pauses_per_second: 1000,
    delayed_count: 0,
    delayed: [],
  });
});

test("pause all, whatever is called, until it is taken back", async () => {
  await flow({ pause_all: true });
  expect(await actionOf(client)).toBe("poll");
  expect(await actionOf(other)).toBe("poll");
  expect(await causes()).toEqual(["pause_all", "pause_all"]);
  await flow({ pause_all: false });
  expect(await actionOf(client)).toBe("continue");
});

test("pause the next call of any process, or of one", async () => {
  expect(await flow({ pause_next: true })).toMatchObject({ pause_next: true });
  expect(await actionOf(other)).toBe("poll");
  expect(await actionOf(client)).toBe("continue");
  expect(await causes()).toEqual(["pause_next"]);
  expect(await flow({ pause_next: KEY })).toMatchObject({ pause_next_of: [KEY] });
  expect(await actionOf(other)).toBe("continue");
  expect(await actionOf(client)).toBe("poll");
  expect(await actionOf(client)).toBe("continue");
});

test("step: releases one and pauses the next of the same process", async () => {
  const { pause, pollUrl } = await client.paused();
  expect((await flow({ step: pause })).resumed).toEqual([pause]);
  expect((await client.get(pollUrl)).body).toMatchObject({ status: "ready", action: { action: "continue" } });
  expect(await actionOf(other)).toBe("continue");
  expect(await actionOf(client)).toBe("poll");
  expect(await causes()).toEqual(["pause_next"]);
  const [waiting] = await client.listPaused();
  await client.resume(waiting?.id ?? "", { action: "skip", fake_result: 1, step: true });
  expect(await actionOf(client)).toBe("poll");
});

test("a step that is refused changes nothing", async () => {
  const { pause } = await client.paused();
  expect(
    (await client.resume(pause, { action: "replace", replacement_function: "nobody", step: true })).status,
  ).toBe(404);
  expect((await client.get("/api/flow")).body.pause_next_of).toEqual([]);
  expect((await client.post("/api/flow", { step: "nobody" })).status).toBe(404);
});

test("step all: the next call of each process that had one", async () => {
  const mine = await client.paused();
  const theirs = await other.paused();
  const done = await flow({ resume_all: true, step: true });
  expect(new Set(done.resumed)).toEqual(new Set([mine.pause, theirs.pause]));
  expect(done.pause_next_of).toEqual(expect.arrayContaining([KEY, OTHER]));
  expect(await actionOf(client)).toBe("poll");
  expect(await actionOf(other)).toBe("poll");
  expect(await actionOf(other)).toBe("continue");
});

test("resume all of a function, of a process", async () => {
  const [first, second] = [await client.paused(), await client.paused()];
  const third = await other.paused();
  expect((await flow({ resume_all: { function: first.name } })).resumed).toEqual([first.pause]);
  expect((await flow({ resume_all: { process: OTHER } })).resumed).toEqual([third.pause]);
  expect((await flow({ resume_all: true })).resumed).toEqual([second.pause]);
});

describe("mute", () => {
  test("everything runs, breakpoints and rules are kept", async () => {
    const name = freshName();
    await client.post("/api/breakpoints", { function_name: name, behavior: "stop" });
    await client.post("/api/rules", {
      id: "always",
      function: "*",
      match: "glob",
      action: { type: "skip", result: 1 },
    });
    await flow({ mute: true });
    expect(await actionOf(client, name)).toBe("continue");
    await flow({ mute: false });
    expect(await actionOf(client, freshName())).toBe("skip");
    await client.send("DELETE", "/api/rules/always");
    expect(await actionOf(client, name)).toBe("poll");
  });

  test("of one process", async () => {
    const name = freshName();
    await client.post("/api/breakpoints", { function_name: name, behavior: "stop" });
    await flow({ mute_process: KEY });
    expect(await actionOf(client, name)).toBe("continue");
    expect(await actionOf(other, name)).toBe("poll");
    await flow({ unmute_process: KEY });
    expect(await actionOf(client, name)).toBe("poll");
  });

  test("nothing can be asked to pause then", async () => {
    await flow({ mute: true });
    for (const fields of [{ pause_all: true }, { pause_next: true }, { pause_next: KEY }])
      expect(await client.post("/api/flow", fields)).toMatchObject({
        status: 409,
        body: { error: "flow_muted" },
      });
    expect((await flow({ mute: false, pause_all: true })).pause_all).toBe(true);
  });
});

describe("the flood guard", () => {
  test("lets the rest of a flood run and tells", async () => {
    await flow({ max_pauses_per_second: 5 });
    const name = freshName();
    await client.post("/api/breakpoints", { function_name: name, behavior: "stop" });
    const actions = await Promise.all(Array.from({ length: 20 }, () => actionOf(client, name)));
    const paused = actions.filter((action) => action === "poll").length;
    // A slow machine may need two seconds for them.
    expect(paused).toBeGreaterThanOrEqual(5);
    expect(paused).toBeLessThan(20);
    const { entries } = (await client.get("/api/rules/log")).body as { entries: Fields[] };
    expect(entries.filter((entry) => entry.kind === "flood" && entry.function_name === name)).toHaveLength(
      20 - paused,
    );
  });

  test("of a rule has a limit of its own, and pause all has one too", async () => {
    await client.post("/api/rules", { id: "few", function: "flooded", max_per_second: 2 });
    await Promise.all(Array.from({ length: 10 }, () => actionOf(client, "flooded")));
    const { flooded, acted } = (await client.get("/api/rules/few")).body;
    expect(Number(flooded)).toBeGreaterThan(0);
    expect(Number(flooded) + Number(acted)).toBe(10);
    await client.send("DELETE", "/api/rules/few");
    await flow({ max_pauses_per_second: 3, pause_all: true });
    const actions = await Promise.all(Array.from({ length: 20 }, () => actionOf(client)));
    expect(actions).toContain("continue");
  });

  test("is no limit for whoever decides fast", async () => {
    await flow({ max_pauses_per_second: 2 });
    const name = freshName();
    await client.post("/api/breakpoints", { function_name: name, behavior: "stop" });
    for (let nth = 0; nth < 10; nth++) {
      const { body } = await client.start({ method_name: name });
      expect(body.action).toBe("poll");
      await client.resume(String(body.poll_url).replace("/api/poll/", ""));
    }
  });
});

describe("who decided", () => {
  test("is kept and told: the header says it, a script is the default", async () => {
    const decided = async (actor?: string) => {
      const { pause, callId, name } = await client.paused();
      const headers: Record<string, string> = actor === undefined ? {} : { "x-cideldill-actor": actor };
      const answer = await client.send("POST", `/api/paused/${pause}/continue`, {}, headers);
      if (answer.status !== 200) return answer.body.error;
      await client.complete(callId);
      const [entry] = await client.history(name);
      return ((entry?.call_data.decisions ?? []) as Fields[])[0]?.decided_by;
    };
    expect(await decided()).toEqual({ kind: "script" });
    expect(await decided("person")).toEqual({ kind: "person" });
    expect(await decided("agent:Claude")).toEqual({ kind: "agent", name: "Claude" });
    expect(await decided("rule")).toEqual({ kind: "script" });
  });
});

test("requests that mean nothing are refused, and change nothing", async () => {
  for (const [fields, message] of [
    [{ pauseall: true }, "did you mean pause_all"],
    [{ step: true }, "goes with resume_all"],
    [{ step: "x", resume_all: true }, "leave one of them out"],
    [{ mute: true, resume_all: true, step: true }, "leave one of them out"],
    [{ mute_process: "9.000000+9", pause_all: true }, "no process"],
    [{ max_pauses_per_second: -1 }, "max_pauses_per_second"],
  ] as [Fields, string][]) {
    const answer = await client.post("/api/flow", fields);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(String(answer.body.message)).toContain(message);
  }
  expect((await client.get("/api/flow")).body.pause_all).toBe(false);
});
