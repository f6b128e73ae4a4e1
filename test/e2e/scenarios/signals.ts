/** How a server ends. */
import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isProcessAlive } from "../../../src/discovery/index.ts";
import { health, pauseByHand, paused } from "../api.ts";
import { eventually, type Place } from "../place.ts";
import { inRepository } from "../source.ts";

export function signalScenarios(open: () => Place): void {
  describe.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("case 10: %s while calls are paused", (signal) => {
    test("debuggees are told, files are cleaned, it ends within 2 s", async () => {
      await using place = open();
      const server = await place.serve();
      const polls = await Promise.all(["a", "b", "c"].map((name) => pauseByHand(server.url, name)));
      const held = polls.map(async (url) => {
        const response = await fetch(url);
        return { status: response.status, body: (await response.json()) as { error: string } };
      });
      // Asked after the polls: they have arrived when this is answered.
      await health(server.url);
      await Bun.sleep(50);

      const start = performance.now();
      server.process.child.kill(signal);
      const { code } = await server.process.finished();
      expect(performance.now() - start).toBeLessThan(2_000);
      expect(code).toBe(0);
      for (const { status, body } of await Promise.all(held)) {
        expect(status).toBe(503);
        expect(body.error).toBe("server_stopping");
      }
      expect(place.records).toEqual([]);
      expect(existsSync(place.portFile)).toBe(false);
    });
  });

  test("case 10: a program that is paused goes on with an error that says why", async () => {
    await using place = open();
    const server = await place.serve();
    await pauseByHand(server.url, "charge");
    const client = JSON.stringify(inRepository("src/client/index.ts"));
    const program = `import { configureDebug, withDebug } from ${client};
      configureDebug({ serverLostTimeoutS: 1 });
      withDebug("ON");
      const charge = withDebug(["charge", (n) => n]);
      console.log("calling");
      try { charge(1) } catch (error) { console.log(error.name) }`;
    // Told outright: it must not look for another server, which this machine may have on the default port.
    const env = { CIDELDILL_SERVER_URL: server.url };
    const debuggee = place.spawn([process.execPath, "-e", program], { env });
    await debuggee.printed(/calling/);
    await eventually(async () => (await paused(server.url)).length === 2, "its pause");
    server.process.child.kill("SIGTERM");
    await server.process.finished();
    const { stdout } = await debuggee.finished();
    expect(stdout).toContain("DebugServerError");
  });

  test("stop says which calls were paused there", async () => {
    await using place = open();
    const server = await place.serve();
    await Promise.all(["a", "b"].map((name) => pauseByHand(server.url, name)));
    const { code, stdout, stderr } = await place.run(["stop"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^Stopped .* \(pid \d+\); 2 calls were paused there\.\n$/);
  });

  test("a second signal ends it at once, and its files are cleaned all the same", async () => {
    await using place = open();
    const server = await place.serve();
    server.process.child.kill("SIGTERM");
    server.process.child.kill("SIGINT");
    await server.process.finished();
    expect(place.records).toEqual([]);
    expect(existsSync(place.portFile)).toBe(false);
  });

  test("case 6: kill -9 of one server leaves the other's entry, and the next start cleans up", async () => {
    await using place = open();
    const stays = await place.serve();
    const dies = await place.serve();
    dies.process.child.kill("SIGKILL");
    await dies.process.finished();
    expect((await place.run(["port"])).stdout).toBe(`${stays.port}\n`);
    const next = await place.serve();
    expect(place.records.sort()).toEqual([`${stays.instance_id}.json`, `${next.instance_id}.json`].sort());
    next.process.child.kill("SIGTERM");
    await next.process.finished();
    expect(readFileSync(place.portFile, "utf8")).toBe(String(stays.port));
  });

  const isPosix = process.platform !== "win32";
  test.skipIf(!isPosix)("it runs without stdin, stdout and stderr, and its database stays one", async () => {
    await using place = open();
    place.spawn(["bash", "-c", `exec ${place.shellCommand} --port 0 <&- >&- 2>&-`]);
    const found = await place.run(["port", "--wait", "--json"]);
    const { pid, url } = JSON.parse(found.stdout);
    expect((await fetch(`${url}/`)).status).toBeLessThan(500);
    const database = readFileSync(join(place.home, ".cideldill/cideldill.db"));
    expect(database.subarray(0, 15).toString()).toBe("SQLite format 3");
    await place.run(["stop"]);
    expect(isProcessAlive(pid)).toBe(false);
  });

  test.skipIf(!isPosix)("a reader that goes away does not end it", async () => {
    await using place = open();
    const shell = place.spawn(["bash", "-c", `${place.shellCommand} --port 0 --debug 2>&1 | head -n 1`]);
    const { stdout: url } = await place.run(["url", "--wait"]);
    await Bun.sleep(200);
    // A refusal is printed with --debug, to nobody.
    for (let round = 0; round < 3; round++) {
      await fetch(`${url.trim()}/api/health`, { headers: { host: "evil.example" } });
    }
    expect((await fetch(`${url.trim()}/api/health`)).status).toBe(200);
    expect((await place.run(["stop"])).code).toBe(0);
    await shell.finished();
  });

  test.skipIf(process.platform !== "linux")("nohup lets it outlive its terminal", async () => {
    await using place = open();
    const started = place.spawn(["bash", "-c", `exec nohup ${place.shellCommand} --port 0 --json`]);
    await started.printed(/"port":/);
    started.child.kill("SIGHUP");
    await Bun.sleep(300);
    expect((await place.run(["list", "--json"])).stdout).toContain(`"pid":${started.pid}`);
    expect((await place.run(["stop"])).code).toBe(0);
  });

  test.skipIf(!isPosix)("stop kills a server that hangs, and cleans up after it", async () => {
    await using place = open();
    const server = await place.serve();
    server.process.child.kill("SIGSTOP");
    const stopped = await place.run(["stop"]);
    expect(stopped).toMatchObject({ code: 0, stderr: "" });
    await eventually(() => !isProcessAlive(server.pid), "its end");
    expect(place.records).toEqual([]);
    expect(existsSync(place.portFile)).toBe(false);
  });
}
