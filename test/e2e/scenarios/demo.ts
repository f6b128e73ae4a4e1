/** The sequence demo. */
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { findFreePort, isProcessAlive } from "../../../src/discovery/index.ts";
import { health, paused, pausedCall, release } from "../api.ts";
import { eventually, type Place, type Started } from "../place.ts";
import { startStranger } from "../strangers.ts";

const READY = /Server is ready on port (\d+)/;

async function urlOf(demo: Started): Promise<string> {
  const [, port] = await demo.printed(READY);
  return `http://localhost:${port}`;
}

async function leftNothing(place: Place, serverPid: number): Promise<void> {
  await eventually(() => !isProcessAlive(serverPid), "the demo's server to end");
  expect(place.records).toEqual([]);
  expect(existsSync(place.portFile)).toBe(false);
}

export function demoScenarios(open: () => Place): void {
  test("test_sequence_demo_uses_discovered_port", async () => {
    await using place = open();
    await using stranger = await startStranger("127.0.0.1");
    const options = [
      "--no-browser",
      "--iterations",
      "1",
      "--behavior",
      "go",
      "--port",
      String(stranger.port),
    ];
    const { code, stdout, stderr } = await place.run(["demo", ...options]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const [, port] = READY.exec(stdout) ?? [];
    expect(Number(port)).toBeGreaterThanOrEqual(1024);
    expect(Number(port)).not.toBe(stranger.port);
    expect(stranger.asked).toEqual([]);
  });

  test("manual: run sequence demo - auto-discovery", async () => {
    await using place = open();
    const others = [await place.serve(), await place.serve()];
    const options = ["--no-browser", "--iterations", "3", "--behavior", "go", "--port", "0"];
    const demo = await place.run(["demo", ...options]);
    expect(demo.code).toBe(0);
    const [, port] = READY.exec(demo.stdout) ?? [];
    expect(others.map((other) => String(other.port))).not.toContain(port ?? "");
    expect(demo.stdout).toContain("sequence_fn(2)\n       = 3\n       the number is 3");
    // Its own server is gone, the others are not.
    expect(place.records).toHaveLength(2);
    for (const other of others) expect((await health(other.url)).instance_id).toBe(other.instance_id);
  });

  test("with the behavior stop it waits at every call until it is released, and takes what was edited", async () => {
    await using place = open();
    const demo = place.start([
      "demo",
      "--no-browser",
      "--iterations",
      "2",
      "--port",
      String(await findFreePort()),
    ]);
    const url = await urlOf(demo);
    const first = await pausedCall(url, "sequence_fn");
    expect(first.call_data.pretty_args).toEqual([0]);
    await demo.printed(/sequence_fn\(0\) is paused/);
    await Bun.sleep(300);
    expect(demo.child.exitCode).toBeNull();
    expect((await paused(url)).map(({ id }) => id)).toEqual([first.id]);

    await release(url, first.id, { action: "modify", modified_args: [41] });
    await release(url, (await pausedCall(url, "announce_fn")).id);
    await release(url, (await pausedCall(url, "delay_fn")).id);
    await release(url, (await pausedCall(url, "sequence_fn")).id, {
      action: "raise",
      exception_type: "RangeError",
      exception_message: "too high",
    });
    const { code, stdout } = await demo.finished();
    expect(code).toBe(0);
    expect(stdout).toContain("the number is 42");
    expect(stdout).toContain("threw RangeError: too high");
    expect(stdout).toContain("The demo is complete");
  });

  test("every kind of number, and another one put in its place at a breakpoint", async () => {
    await using place = open();
    const kinds = { "multiples-of-2": "4", "multiples-of-3": "6", primes: "3", composites: "6" };
    for (const [kind, second] of Object.entries(kinds)) {
      const options = [
        "--no-browser",
        "--iterations",
        "2",
        "--behavior",
        "go",
        "--port",
        "0",
        "--sequence",
        kind,
      ];
      const { code, stdout } = await place.run(["demo", ...options]);
      expect(code).toBe(0);
      expect(stdout).toContain(`the number is ${second}\n`);
    }
  }, 60_000);

  describe.each(["SIGINT", "SIGTERM"] as const)("%s while a call is paused", (signal) => {
    test("leaves no process and no file", async () => {
      await using place = open();
      const demo = place.start(["demo", "--no-browser", "--port", "0"]);
      const url = await urlOf(demo);
      const { pid } = await health(url);
      const { call_data } = await pausedCall(url, "sequence_fn");
      demo.child.kill(signal);
      const { code } = await demo.finished();
      expect(code).toBe(signal === "SIGINT" ? 130 : 143);
      expect(isProcessAlive(call_data.process_pid)).toBe(false);
      await leftNothing(place, pid);
    });
  });

  test("--keep-alive lets the server run on until Ctrl-C", async () => {
    await using place = open();
    const demo = place.start([
      "demo",
      "--no-browser",
      "--iterations",
      "1",
      "--behavior",
      "go",
      "--port",
      "0",
      "--keep-alive",
    ]);
    await demo.printed(/The server runs on at/);
    const url = await urlOf(demo);
    const { pid } = await health(url);
    demo.child.kill("SIGINT");
    expect((await demo.finished()).code).toBe(0);
    await leftNothing(place, pid);
  });

  test("says so when its server is stopped by somebody", async () => {
    await using place = open();
    const demo = place.start(["demo", "--no-browser", "--port", "0"]);
    await pausedCall(await urlOf(demo), "sequence_fn");
    expect((await place.run(["stop", "--all"])).code).toBe(0);
    const { code, stderr } = await demo.finished();
    expect(code).toBe(1);
    expect(stderr).toContain("The server ended before the demo did.");
    expect(place.records).toEqual([]);
  });
}
