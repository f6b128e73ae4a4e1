/** The programs that are there: on the live channel, and known by their calls over HTTP. */
import { describe, expect, test } from "bun:test";
import { HttpProcesses } from "../../../../src/server/debuggees/http-processes.ts";
import type { ProcessIdentity } from "../../../../src/server/engine/calls.ts";
import { askOf, helloOf } from "../../../support/channel-client.ts";
import { ScriptedServer } from "./scripted.ts";

const events = (server: ScriptedServer) =>
  (server.context.live.after(0) ?? []).filter(({ type }) => type.startsWith("process_"));

describe("on the live channel", () => {
  test("one is there from its hello to its goodbye, with what it said of itself", () => {
    using server = new ScriptedServer();
    const hello = helloOf({ program: "/home/me/shop.ts", runtime: "bun 1.4.5" });
    const program = server.connect();
    expect(server.context.debuggees.processes()).toEqual([]);
    program.feed(hello, askOf(1, "f"));
    expect(server.context.debuggees.processes()).toEqual([
      {
        process_key: `1700000000.250000+${process.pid}`,
        process_pid: process.pid,
        process_start_time: 1_700_000_000.25,
        page_url: null,
        client_id: hello.client_id,
        program: "/home/me/shop.ts",
        runtime: "bun 1.4.5",
        library: "test 1",
        connection: "live",
        connected_at: server.now,
        calls: 1,
      },
    ]);
    program.feed({ t: "bye" });
    expect(server.context.debuggees.processes()).toEqual([]);
    expect(events(server)).toMatchObject([
      { type: "process_connected", process: { client_id: hello.client_id } },
      { type: "process_gone", client_id: hello.client_id },
    ]);
  });

  test("one whose connection broke is lost for a moment, and the same when it is back", () => {
    using server = new ScriptedServer();
    const hello = helloOf();
    const first = server.connect().feed(hello);
    const second = server.connect().feed(hello);
    first.connection.closed();
    expect(server.context.debuggees.processes()).toMatchObject([{ connection: "live" }]);
    second.connection.closed();
    expect(server.context.debuggees.processes()).toMatchObject([{ connection: "lost" }]);
    server.connect().feed(hello);
    expect(server.context.debuggees.processes()).toMatchObject([{ connection: "live" }]);
    expect(events(server)).toHaveLength(1);
  });

  test("one that spoke HTTP before is there once", () => {
    using server = new ScriptedServer();
    server.context.debuggees.reported({ pid: process.pid, startTime: 1_700_000_000.25, pageUrl: null });
    server.join();
    expect(server.context.debuggees.processes()).toMatchObject([{ connection: "live" }]);
  });

  test("its calls over HTTP, while the channel is broken, are its own", () => {
    using server = new ScriptedServer();
    server.join();
    server.context.debuggees.reported({ pid: process.pid, startTime: 1_700_000_000.25, pageUrl: null });
    expect(server.context.debuggees.processes()).toMatchObject([{ connection: "live", calls: 1 }]);
  });
});

describe("over HTTP", () => {
  const program = (pid: number): ProcessIdentity => ({ pid, startTime: 1.5, pageUrl: null });

  test("one comes with its first call and goes with its process", () => {
    const alive = new Set([7]);
    const processes = new HttpProcesses((pid) => alive.has(pid));
    expect(processes.reported(program(7), 100).came).toMatchObject({ process_key: "1.500000+7", calls: 1 });
    expect(processes.reported(program(7), 101)).toEqual({ came: null, went: null });
    expect(processes.list()).toMatchObject([{ connection: "http", calls: 2, connected_at: 100 }]);
    expect(processes.sweep(100_000)).toEqual([]);
    alive.delete(7);
    expect(processes.sweep(100_001)).toEqual(["1.500000+7"]);
    expect(processes.list()).toEqual([]);
  });

  test("one whose process cannot be seen, as a page's, goes when it was silent for long", () => {
    const processes = new HttpProcesses(() => false);
    processes.reported(program(0), 100);
    expect(processes.sweep(399)).toEqual([]);
    expect(processes.sweep(401)).toEqual(["1.500000+0"]);
  });

  test("however many there are, the memory is bounded", () => {
    const processes = new HttpProcesses(() => false);
    for (let pid = 1; pid <= 1_000; pid++) processes.reported(program(pid), 1);
    expect(processes.reported(program(1_001), 1).went).toBe("1.500000+1");
    expect(processes.size).toBe(1_000);
  });
});
