/** Cases 10 and 12 at the server: debuggees that die while they wait, and a server that stops while they do. */
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { startTestServer } from "../../support/server.ts";
import { until, WireClient } from "../contract/support/wire-client.ts";

/** A program of its own that pauses in a call and polls until it is told to go on. */
const DEBUGGEE = `
const [url, mode] = process.argv.slice(-2);
const post = async (path, body) => (await fetch(url + path, {
  method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
})).json();
const action = await post("/api/call/start", {
  method_name: "doomed", process_pid: process.pid, process_start_time: Date.now() / 1000, preferred_format: "json",
});
if (mode === "evaluating") {
  console.log("paused");
  for (;;) {
    const found = await (await fetch(url + action.poll_url.replace("poll", "poll-repl"))).json();
    if (found.eval_id) { console.log("evaluating"); for (;;); }
    await Bun.sleep(5);
  }
}
if (mode === "silent") { console.log("paused"); await Bun.sleep(60_000); }
console.log("paused");
const response = await fetch(url + action.poll_url);
console.log(response.status, await response.text());
`;

function debuggee(url: string, mode: "polling" | "silent" | "evaluating") {
  const child = Bun.spawn([process.execPath, "-e", DEBUGGEE, url, mode], {
    stdout: "pipe",
    stderr: "inherit",
  });
  let output = "";
  const reading = (async () => {
    for await (const chunk of child.stdout) output += new TextDecoder().decode(chunk);
    return output;
  })();
  return {
    child,
    reading,
    says: (text: string) => until(`the debuggee says ${text}`, () => output.includes(text)),
  };
}

describe("case 12: a debuggee is killed while it is paused", () => {
  test.each([["polling"], ["silent"], ["evaluating"]] as const)(
    "%s: it is gone within seconds",
    async (mode) => {
      await using server = await startTestServer();
      const client = new WireClient(server.url);
      await client.post("/api/breakpoints", { function_name: "doomed", behavior: "stop" });
      const program = debuggee(server.url, mode);
      try {
        await program.says("paused");
        const [paused] = await client.listPaused();
        const pause = paused?.id ?? "";
        expect(paused?.call_data.process_pid).toBe(program.child.pid);
        const { body: session } = await client.post("/api/repl/start", { pause_id: pause });
        const evaluation =
          mode === "evaluating"
            ? client.post(`/api/repl/${session.session_id}/eval`, { expr: "for ever" })
            : null;
        if (mode === "evaluating") await program.says("evaluating");
        if (mode === "polling")
          await until("it polls", () => server.manager.requirePause(pause).heldPolls === 1);
        program.child.kill("SIGKILL");
        await program.child.exited;
        await until("it is no longer listed", async () => (await client.listPaused()).length === 0, 5_000);
        const events = server.context.live.after(0) ?? [];
        // That its process is gone may have been told after that.
        expect(events.filter(({ type }) => type === "pause_removed")).toMatchObject([
          { pause_id: pause, reason: "abandoned" },
        ]);
        expect((await client.get(`/api/repl/${session.session_id}`)).body.session).toMatchObject({
          status: "closed",
        });
        // Whoever waited for its evaluation is told, and not after 30 s.
        if (evaluation) expect((await evaluation).body.error).toBe("session_closed");
      } finally {
        program.child.kill("SIGKILL");
        await program.child.exited;
      }
    },
  );

  test("one that lives stays listed, however long it takes", async () => {
    await using server = await startTestServer();
    const client = new WireClient(server.url);
    await client.post("/api/breakpoints", { function_name: "doomed", behavior: "stop" });
    const program = debuggee(server.url, "polling");
    await program.says("paused");
    await Bun.sleep(1_200); // Two looks of the server at who is alive.
    const [paused] = await client.listPaused();
    expect(paused).toBeDefined();
    await client.resume(paused?.id ?? "");
    expect(await program.reading).toContain('"status":"ready"');
    expect(await program.child.exited).toBe(0);
  });
});

describe("case 10: the server stops while calls are paused", () => {
  test("held polls and evaluations are told, the files are gone, and it takes less than 2 s", async () => {
    const server = await startTestServer();
    const client = new WireClient(server.url);
    const portFile = server.publication.portFile ?? "";
    expect(existsSync(portFile)).toBe(true);
    const polling = await client.paused();
    const poll = client.get(polling.pollUrl);
    await until("the poll is held", () => server.manager.requirePause(polling.pause).heldPolls === 1);
    const other = await client.paused();
    const { body: session } = await client.post("/api/repl/start", { pause_id: other.pause });
    const evaluation = client.post(`/api/repl/${session.session_id}/eval`, { expr: "1" });
    await until("it is queued", () => server.manager.repl.hasQueued(other.pause));
    const feed = new WebSocket(`${server.url.replace("http", "ws")}/api/live`);
    const closed = new Promise((resolve) => feed.addEventListener("close", resolve));
    await new Promise((resolve) => feed.addEventListener("message", resolve, { once: true }));

    const started = performance.now();
    await Promise.all([server.stop(), server.stop()]);
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(await poll).toMatchObject({ status: 503, body: { error: "server_stopping" } });
    expect(await evaluation).toMatchObject({ status: 503, body: { error: "server_stopping" } });
    await closed;
    expect(existsSync(portFile)).toBe(false);
    expect(await client.get("/api/health").catch(() => "refused")).toBe("refused");
  });

  test("a connection that never ends does not hold it up", async () => {
    const server = await startTestServer();
    const idle = await Bun.connect({
      hostname: "127.0.0.1",
      port: server.port,
      socket: { data() {}, open: (socket) => void socket.write("POST /api/behavior HTTP/1.1\r\n") },
    });
    const started = performance.now();
    await server.stop();
    expect(performance.now() - started).toBeLessThan(2_000);
    idle.end();
  });
});
