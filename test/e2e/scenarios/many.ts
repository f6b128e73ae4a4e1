/** Many servers at once. */
import { expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { findFreePort, isProcessAlive } from "../../../src/discovery/index.ts";
import type { Place } from "../place.ts";

const SERVERS = 30;

export function manyScenarios(open: () => Place): void {
  test("case 7: 30 simultaneous starts: 30 ports, all listed, all stopped, no file and no process left", async () => {
    await using place = open();
    const wanted = await findFreePort();
    const started = await Promise.all(
      Array.from({ length: SERVERS }, () => place.serve(["--port", String(wanted), "--memory"])),
    );
    const ports = started.map(({ port }) => port);
    expect(new Set(ports).size).toBe(SERVERS);
    expect(ports).toContain(wanted);

    const listed: { port: number; token?: string }[] = JSON.parse(
      (await place.run(["list", "--json"])).stdout,
    );
    expect(listed.map(({ port }) => port).sort()).toEqual([...ports].sort());

    const stopped = await place.run(["stop", "--all"]);
    expect(stopped).toMatchObject({ code: 0, stderr: "" });
    expect(stopped.stdout.trim().split("\n")).toHaveLength(SERVERS);
    expect(started.filter(({ pid }) => isProcessAlive(pid))).toEqual([]);
    expect(place.records).toEqual([]);
    expect(existsSync(place.portFile)).toBe(false);
    expect(readdirSync(join(place.home, ".cideldill"))).toEqual(["servers"]);
    expect((await place.run(["list", "--json"])).stdout).toBe("[]\n");
  }, 120_000);
}
