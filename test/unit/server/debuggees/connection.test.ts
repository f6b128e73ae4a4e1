/** A connection of the live channel, from hello to its end, with a script in place of a socket. */
import { describe, expect, test } from "bun:test";
import { CLOSE, type HelloFrame } from "../../../../src/protocol/debuggee-frames.ts";
import { history } from "../../../../src/server/record/history.ts";
import { askOf, helloOf } from "../../../support/channel-client.ts";
import { ScriptedServer } from "./scripted.ts";

const end = (seq: number, fields: object = {}) => ({
  t: "end",
  seq,
  duration_ms: 1,
  status: 0,
  outcome: [9_000 + (seq % 100), "1"],
  wait: false,
  ...fields,
});

describe("hello", () => {
  test("comes first: anything else ends the connection with the reason", () => {
    using server = new ScriptedServer();
    const program = server.connect().feed(askOf(1, "f"));
    expect(program.last).toMatchObject({ t: "refused", of: "ask", seq: 1, error: "out_of_order" });
    expect(program.closed).toEqual({ code: CLOSE.BROKEN, reason: "out_of_order" });
  });

  test("comes once", () => {
    using server = new ScriptedServer();
    const program = server.join().feed(helloOf());
    expect(program.last).toMatchObject({ t: "refused", of: "hello", error: "out_of_order" });
    expect(program.closed?.code).toBe(CLOSE.BROKEN);
  });

  test("of another protocol is unwelcome", () => {
    using server = new ScriptedServer();
    const program = server.join({ protocol: 2 });
    expect(program.last).toMatchObject({ t: "refused", error: "unsupported_protocol" });
    expect(program.closed?.code).toBe(CLOSE.UNWELCOME);
  });

  test("of a client id that another program has is refused, and harms the other not", () => {
    using server = new ScriptedServer();
    const hello = helloOf();
    const first = server.connect().feed(hello);
    const second = server.connect().feed({ ...hello, process_pid: 1 });
    expect(second.closed?.code).toBe(CLOSE.BROKEN);
    first.feed(askOf(1, "f"));
    expect(first.last).toMatchObject({ t: "decision", seq: 1 });
  });

  test.each<[string, object]>([
    ["no client id", { client_id: undefined }],
    ["a client id with other characters", { client_id: "a b" }],
    ["a client id that is too long", { client_id: "x".repeat(65) }],
    ["a pid that is none", { process_pid: -1 }],
    ["no features", { features: null }],
    ["a channel of another kind", { channel: "both" }],
  ])("%s", (_, fields) => {
    using server = new ScriptedServer();
    const program = server.join(fields as Partial<HelloFrame>);
    expect(program.last).toMatchObject({ t: "refused", of: "hello", error: "invalid_frame" });
    expect(program.closed?.code).toBe(CLOSE.BROKEN);
  });

  test("may tell of features that are not known yet", () => {
    using server = new ScriptedServer();
    const program = server.connect().feed({ ...helloOf(), features: ["telepathy"], mood: "good" });
    expect(program.last).toMatchObject({ t: "welcome" });
  });
});

test("a ping is answered, before hello too", () => {
  using server = new ScriptedServer();
  expect(server.connect().feed({ t: "ping" }).last).toEqual({ t: "pong" });
});

test("after a connection was closed nothing it sends counts", () => {
  using server = new ScriptedServer();
  const program = server.join();
  program.connection.receive("nonsense");
  const before = program.sent.length;
  program.feed(askOf(1, "f"));
  expect(program.sent).toHaveLength(before);
});

test("a program that does not read what it is sent is cut off", () => {
  using server = new ScriptedServer();
  const program = server.join();
  program.isFast = false;
  program.feed(askOf(1, "f"));
  expect(program.closed?.code).toBe(CLOSE.AGAIN);
});

test("a server that stops says so", () => {
  using server = new ScriptedServer();
  const program = server.join();
  server.context.debuggees.stop();
  expect(program.closed?.code).toBe(CLOSE.STOPPING);
});

describe("silence", () => {
  test("is asked about after three seconds, and ends the connection after nine", () => {
    using server = new ScriptedServer();
    const program = server.join();
    for (let second = 0; second < 3; second++) program.connection.tick();
    expect(program.last).toEqual({ t: "ping" });
    for (let second = 0; second < 5; second++) program.connection.tick();
    expect(program.closed).toBeNull();
    program.connection.tick();
    expect(program.closed?.code).toBe(CLOSE.AGAIN);
  });

  test("ends with any word", () => {
    using server = new ScriptedServer();
    const program = server.join();
    for (let second = 0; second < 100; second++) {
      program.connection.tick();
      if (second % 8 === 0) program.feed({ t: "pong" });
    }
    expect(program.closed).toBeNull();
  });

  test("while code of somebody's runs there is no silence", async () => {
    using server = new ScriptedServer();
    const { manager } = server.context;
    manager.addBreakpoint("slow", { behavior: "stop" });
    const program = server.join().feed(askOf(1, "slow"));
    const [pause] = manager.paused();
    if (!pause) throw new Error("it is paused");
    const session = manager.repl.start(pause.id, pause.call, 1);
    const question = { id: "e1", expr: "work()", now: 1, by: { kind: "person" as const } };
    const answer = manager.repl.evaluate(session, question);
    manager.wake(pause.id);
    expect(program.last).toMatchObject({ t: "evaluate", eval_id: "e1" });
    for (let second = 0; second < 25; second++) program.connection.tick();
    expect(program.closed).toBeNull();
    program.feed({
      t: "evaluated",
      eval_id: "e1",
      session_id: session.session_id,
      pause_id: pause.id,
      result: "7",
    });
    expect((await answer).output).toBe("7");
    for (let second = 0; second < 9; second++) program.connection.tick();
    expect(program.closed?.code).toBe(CLOSE.AGAIN);
  });

  test("before hello is not borne longer", () => {
    using server = new ScriptedServer();
    const program = server.connect();
    for (let second = 0; second < 9; second++) program.connection.tick();
    expect(program.closed?.code).toBe(CLOSE.AGAIN);
  });
});

describe("policies", () => {
  test("many changes at once are one frame, and none when nothing differs", async () => {
    using server = new ScriptedServer();
    const program = server.join();
    for (let index = 0; index < 100; index++) server.manager.addBreakpoint(`f${index}`, { behavior: "stop" });
    await Bun.sleep(0);
    expect(program.got("policy")).toHaveLength(1);
    expect(program.got("policy")[0]?.policy.before.names).toHaveLength(100);
    server.manager.setBehavior("f0", "stop");
    await Bun.sleep(0);
    expect(program.got("policy")).toHaveLength(1);
  });

  test("are told where calls are streamed, and to connections that ask when there is no such", async () => {
    using server = new ScriptedServer();
    const hello = helloOf();
    const ask = server.connect().feed({ ...hello, channel: "ask" });
    server.manager.addBreakpoint("f", { behavior: "stop" });
    await Bun.sleep(0);
    expect(ask.got("policy")).toHaveLength(1);
    const stream = server.connect().feed(hello);
    server.manager.addBreakpoint("g", { behavior: "stop" });
    await Bun.sleep(0);
    expect(ask.got("policy")).toHaveLength(1);
    expect(stream.got("policy")).toHaveLength(1);
  });

  test("are told to connections that ask when the one that streams is gone", async () => {
    using server = new ScriptedServer();
    const hello = helloOf();
    const stream = server.connect().feed(hello);
    const ask = server.connect().feed({ ...hello, channel: "ask" });
    server.manager.addBreakpoint("f", { behavior: "stop" });
    await Bun.sleep(0);
    expect(ask.got("policy")).toEqual([]);
    stream.connection.closed();
    expect(ask.got("policy")).toHaveLength(1);
    // It has never said that it goes by one.
    expect(server.context.debuggees.isSettling).toBe(false);
    ask.feed({ t: "applied", epoch: 2 });
    server.manager.addBreakpoint("g", { behavior: "stop" });
    await Bun.sleep(0);
    expect(server.context.debuggees.isSettling).toBe(true);
    ask.feed({ t: "applied", epoch: 3 });
    expect(server.context.debuggees.isSettling).toBe(false);
  });

  test("a change has settled when every program applied it, or is gone, or takes too long", async () => {
    using server = new ScriptedServer();
    const { debuggees } = server.context;
    const [one, two] = [server.join(), server.join()];
    server.manager.addBreakpoint("f", { behavior: "stop" });
    let hasSettled = false;
    const settled = debuggees.settled().then(() => {
      hasSettled = true;
    });
    const epoch = one.got("policy")[0]?.policy.epoch ?? 0;
    one.feed({ t: "applied", epoch });
    await Bun.sleep(0);
    expect(hasSettled).toBe(false);
    two.connection.closed();
    await settled;
    server.manager.addBreakpoint("g", { behavior: "stop" });
    const start = performance.now();
    await debuggees.settled();
    expect(performance.now() - start).toBeGreaterThan(400);
  });
});

describe("calls that ask", () => {
  test("a question that comes again is answered the same, and is one call", () => {
    using server = new ScriptedServer();
    const hello = helloOf();
    const first = server.connect().feed(hello, askOf(1, "f", [1]));
    expect(first.last).toMatchObject({ t: "decision" });
    const second = server.connect().feed(hello, askOf(1, "f", [1]), end(1));
    expect(second.got("decision")).toEqual([{ t: "decision", seq: 1, action: { action: "continue" } }]);
    expect(history(server.context.store, "f", 10)).toHaveLength(1);
  });

  test("a question that comes again spells out texts for those after it", () => {
    using server = new ScriptedServer();
    const hello = helloOf();
    server.connect().feed(hello, askOf(1, "f", [1]));
    const second = server.connect().feed(hello, askOf(1, "f", [1]), askOf(2, "f", [], { args: [10] }));
    expect(second.got("decision")).toHaveLength(2);
  });

  test("a pause survives its connection, and is decided over the next one", () => {
    using server = new ScriptedServer();
    server.manager.addBreakpoint("f", { behavior: "stop" });
    const hello = helloOf();
    const first = server.connect().feed(hello, askOf(1, "f", [1]));
    const [paused] = first.got("paused");
    first.connection.closed();
    expect(server.manager.paused()).toHaveLength(1);
    const second = server.connect().feed(hello, askOf(1, "f", [1]));
    expect(second.last).toEqual({ t: "paused", seq: 1, pause_id: paused?.pause_id ?? "" });
    server.manager.release(paused?.pause_id ?? "", { action: "continue" });
    expect(second.last).toEqual({ t: "decision", seq: 1, action: { action: "continue" } });
  });

  test("a decision that was made while there was no connection waits for it", () => {
    using server = new ScriptedServer();
    server.manager.addBreakpoint("f", { behavior: "stop" });
    const hello = helloOf();
    const first = server.connect().feed(hello, askOf(1, "f", [1]));
    const [paused] = first.got("paused");
    first.connection.closed();
    server.manager.release(paused?.pause_id ?? "", {
      action: "raise",
      exception_type: "TypeError",
      exception_message: "no",
    });
    const second = server.connect().feed(hello, askOf(1, "f", [1]));
    expect(second.last).toMatchObject({ t: "decision", seq: 1, action: { action: "raise" } });
  });

  test("a pause whose program is gone is shown as gone within seconds, and comes back with it", () => {
    using server = new ScriptedServer();
    server.manager.addBreakpoint("f", { behavior: "stop" });
    const hello = helloOf();
    const first = server.connect().feed(hello, askOf(1, "f", [1]));
    server.now += 60;
    server.manager.sweep();
    expect(server.manager.paused()).toHaveLength(1);
    first.connection.closed();
    server.now += 4;
    server.manager.sweep();
    expect(server.manager.paused()).toEqual([]);
    server.connect().feed(hello, askOf(1, "f", [1]));
    expect(server.manager.paused()).toHaveLength(1);
  });

  test("a goodbye ends what waits, at once", () => {
    using server = new ScriptedServer();
    server.manager.addBreakpoint("f", { behavior: "stop" });
    const program = server.join().feed(askOf(1, "f"), { t: "bye" });
    expect(server.manager.paused()).toEqual([]);
    expect(server.context.debuggees.processes()).toEqual([]);
    program.connection.closed();
  });

  test("a call that was paused at another server is paused here, breakpoint or not", () => {
    using server = new ScriptedServer();
    const program = server.join().feed(askOf(1, "free", [], { was_paused: true }));
    expect(program.last).toMatchObject({ t: "paused" });
  });

  test("a breakpoint's replacement runs instead", () => {
    using server = new ScriptedServer();
    server.manager.registerFunction("g", null);
    server.manager.addBreakpoint("f", { behavior: "go" });
    server.manager.setReplacement("f", "g");
    const program = server.join().feed(askOf(1, "f"));
    expect(program.last).toMatchObject({ action: { action: "replace", function_name: "g" } });
  });

  test("an end that does not wait never pauses", () => {
    using server = new ScriptedServer();
    server.manager.addBreakpoint("f", { behavior: "go" });
    server.manager.setAfterBehavior("f", "stop");
    server.join().feed(askOf(1, "f"), end(1));
    expect(server.manager.paused()).toEqual([]);
  });

  test("an end that waits and comes again is answered the same", () => {
    using server = new ScriptedServer();
    server.manager.addBreakpoint("f", { behavior: "go" });
    server.manager.setAfterBehavior("f", "stop");
    const hello = helloOf();
    const first = server.connect().feed(hello, askOf(1, "f"), end(1, { wait: true }));
    const [paused] = first.got("paused");
    first.connection.closed();
    const second = server.connect().feed(hello, end(1, { wait: true }));
    expect(second.last).toMatchObject({ t: "paused", pause_id: paused?.pause_id ?? "" });
    server.manager.release(paused?.pause_id ?? "", { action: "continue" });
    expect(second.last).toMatchObject({ t: "decision" });
    const third = server.connect().feed(hello, end(1, { wait: true }));
    expect(third.last).toMatchObject({ t: "decision", action: { action: "continue" } });
  });

  test("an end of a call that never began here is refused, and the connection goes on", () => {
    using server = new ScriptedServer();
    const program = server.join().feed(end(7, { wait: true }));
    expect(program.last).toMatchObject({ t: "refused", of: "end", seq: 7, error: "unknown_call" });
    expect(program.closed).toBeNull();
  });

  test("a row tells the end of a call whose own end got lost", () => {
    using server = new ScriptedServer();
    const hello = helloOf();
    const program = server.connect().feed(hello, askOf(1, "f", [1]), {
      t: "calls",
      batch: 1,
      names: [[0, "f"]],
      texts: [
        [0, "1"],
        [1, "2"],
      ],
      rows: [[1, 0, null, 1.5, 1, 0, [0], 1]],
    });
    expect(program.last).toEqual({ t: "ack", batch: 1 });
    expect(history(server.context.store, "f", 10)).toMatchObject([{ call_data: { pretty_result: 2 } }]);
  });
});

describe("batches", () => {
  const batch = (number: number, fields: object = {}) => ({
    t: "calls",
    batch: number,
    names: [[0, "f"]],
    texts: [[0, `"${number}"`]],
    rows: [[number, 0, null, 1.5, 1, 0, [0], 0]],
    ...fields,
  });

  test("a gap ends the connection", () => {
    using server = new ScriptedServer();
    const program = server.join().feed(batch(1), batch(3));
    expect(program.last).toMatchObject({ t: "refused", of: "calls", batch: 3, error: "out_of_order" });
    expect(program.closed?.code).toBe(CLOSE.BROKEN);
    expect(history(server.context.store, "f", 10)).toHaveLength(1);
  });

  test("go on over the next connection, wherever they were acknowledged elsewhere", () => {
    using server = new ScriptedServer();
    const hello = helloOf();
    const first = server.connect().feed(hello, batch(57));
    expect(first.last).toEqual({ t: "ack", batch: 57 });
    const second = server.connect().feed(hello, batch(57), batch(58));
    expect(second.got("welcome")).toMatchObject([{ acked: 57 }]);
    expect(second.got("ack")).toHaveLength(2);
    expect(history(server.context.store, "f", 10)).toHaveLength(2);
  });

  test.each<[string, object]>([
    ["a text", { rows: [[1, 0, null, 1.5, 1, 0, [5], 0]] }],
    ["a name", { rows: [[1, 5, null, 1.5, 1, 0, [0], 0]] }],
    ["a site", { rows: [[1, 0, null, 1.5, 1, 0, [0], 0, 5]] }],
  ])("%s that was not spelled out ends the connection, and nothing of the batch is kept", (_, fields) => {
    using server = new ScriptedServer();
    const program = server.join().feed(batch(1, fields));
    expect(program.last).toMatchObject({ t: "refused", error: "unknown_ref", batch: 1 });
    expect(program.closed?.code).toBe(CLOSE.BROKEN);
    expect(history(server.context.store, "f", 10)).toEqual([]);
  });

  test("come over a connection for them", () => {
    using server = new ScriptedServer();
    const program = server.join({ channel: "ask" }).feed(batch(1));
    expect(program.last).toMatchObject({ t: "refused", of: "calls", error: "out_of_order" });
  });

  test("take turns: who asks is not kept waiting by what another streams", async () => {
    using server = new ScriptedServer();
    const stream = server.join();
    for (let number = 1; number <= 40; number++) stream.connection.receive(JSON.stringify(batch(number)));
    stream.connection.receive('{"t":"ping"}');
    expect(stream.got("ack").length).toBeLessThan(3);
    server.join().feed(askOf(1, "f"));
    // In order, what came after them too.
    while (stream.last?.t !== "pong") await Bun.sleep(0);
    expect(stream.got("ack").map(({ batch: number }) => number)).toEqual(
      Array.from({ length: 40 }, (_, index) => index + 1),
    );
  });

  test("of one who does not keep to its window are read as they come", () => {
    using server = new ScriptedServer();
    const stream = server.join();
    for (let number = 1; number <= 200; number++) stream.connection.receive(JSON.stringify(batch(number)));
    expect(stream.got("ack").length).toBeGreaterThan(100);
    stream.connection.closed();
    expect(stream.got("ack")).toHaveLength(200);
  });

  test("a number may be used again for another text", () => {
    using server = new ScriptedServer();
    server.join().feed(batch(1), batch(2), batch(3));
    const results = history(server.context.store, "f", 10).map(({ call_data }) => call_data.pretty_result);
    expect(results).toEqual(["1", "2", "3"]);
  });
});
