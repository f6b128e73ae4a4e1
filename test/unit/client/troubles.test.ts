/** Communication errors are told when the server can hear of them. */
import { describe, expect, test } from "bun:test";
import { Troubles } from "../../../src/client/core/troubles.ts";
import { makeBench, onBench } from "./support/scripted-client.ts";

describe("what is kept", () => {
  test("the same again is counted, ids apart", () => {
    const troubles = new Troubles();
    for (const id of ["1", "2", "3"]) {
      troubles.note({ method: "GET", path: `/api/poll/${id}`, timeoutMs: 1 }, `f${id}`, new TypeError("no"));
    }
    const { trouble } = troubles.take() ?? {};
    expect(trouble).toMatchObject({
      kind: "client",
      error: "TypeError",
      message: "no",
      request: "GET /api/poll/<pause_id>",
      function_name: "f3",
      count: 3,
    });
    expect(trouble?.first_at).toBeLessThanOrEqual(trouble?.last_at ?? 0);
    expect(troubles.take()).toBeNull();
  });

  test("of too many the oldest goes", () => {
    const troubles = new Troubles();
    for (let i = 0; i < 1_000; i++) troubles.note(null, null, new Error(`no ${i}`));
    expect(troubles.take()?.trouble.message).toBe("no 950");
    for (let i = 0; i < 49; i++) expect(troubles.take()).not.toBeNull();
    expect(troubles.isEmpty).toBe(true);
  });
});

describe("the server", () => {
  test("hears of an outage when it is back, once a kind, before the program goes on", () => {
    const bench = onBench();
    bench.configureDebug({ serverLostTimeoutS: 0, onServerLost: "continue" });
    const work = bench.withDebug(["work", () => 1]);
    bench.down = true;
    work();
    bench.down = false;
    Bun.sleepSync(150);
    work();
    const [error] = bench.server.comErrors;
    expect(error).toMatchObject({
      kind: "client",
      error: "DebugServerError",
      request: "POST /api/call/start",
      function_name: "work",
      process_pid: 7,
    });
    expect([error?.count as number, error?.timestamp]).toEqual([expect.any(Number), expect.any(Number)]);
    const told = bench.server.comErrors.length;
    work();
    expect(bench.server.comErrors.length).toBe(told);
  });

  test("hears why it was not there at the start, and what of its answers made no sense", () => {
    const bench = makeBench();
    bench.configureDebug({ onUnreachable: "continue", onServerLost: "continue" });
    bench.down = true;
    bench.withDebug("ON");
    bench.down = false;
    Bun.sleepSync(150);
    bench.server.before("odd", { action: "dance" });
    expect(() => bench.debugCall("odd", () => 1)).toThrow("no action");
    bench.debugCall("fine", () => 1);
    expect(bench.server.comErrors).toMatchObject([
      { message: "nothing listens", request: null },
      { error: "DebugProtocolError", function_name: "odd", count: 1 },
    ]);
  });
});
