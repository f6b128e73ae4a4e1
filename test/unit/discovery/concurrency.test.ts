import { afterEach, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { publish, readPortFile, readRecords, unpublish } from "../../../src/discovery/index.ts";
import { childEnv, cleanUp, cleanUpLater, makeRecord, namesIn, privateHome, tempFolder } from "./support.ts";

afterEach(cleanUp);

describe("edge case 2: concurrent server starts", () => {
  const script = join(import.meta.dir, "publisher.ts");

  test("in one process converge", async () => {
    const home = privateHome();
    const records = Array.from({ length: 40 }, () => makeRecord());
    await Promise.all(records.map((record) => publish(record)));
    const newest = records.at(-1);
    expect(readPortFile()).toBe(newest?.port);
    await Promise.all(records.slice(1).map((record) => unpublish(record)));
    expect(readPortFile()).toBe(records[0]?.port);
    await Promise.all(records.slice(0, 1).map((record) => unpublish(record)));
    expect(namesIn(home)).toEqual(["servers"]);
    expect(namesIn(join(home, "servers"))).toEqual([]);
  });

  test("case 7: 30 processes that start, restart and stop at once converge", async () => {
    const home = privateHome();
    const go = join(tempFolder(), "go");
    const children = Array.from({ length: 30 }, (_, index) =>
      Bun.spawn([process.execPath, script, String(30_000 + index * 10), go], {
        env: childEnv(),
        stdin: "pipe",
        stdout: "pipe",
      }),
    );
    cleanUpLater(() => {
      for (const child of children) child.kill("SIGKILL");
    });
    const outputs = children.map((child) => child.stdout.getReader());
    const nextLines = () =>
      Promise.all(
        outputs.map(async (output) => new TextDecoder().decode((await output.read()).value).trim()),
      );

    expect(new Set(await nextLines())).toEqual(new Set(["ready"]));
    // All at once: each publishes and unpublishes a few times, and ends published.
    writeFileSync(go, "");
    expect(new Set(await nextLines())).toEqual(new Set(["published"]));
    const records = readRecords();
    expect(records).toHaveLength(30);
    expect(new Set(records.map((record) => record.port)).size).toBe(30);
    expect(readPortFile()).toBe(records[0]?.port);

    // Ten are killed, nineteen stop at once: the file names the one that is left.
    const left = children.find((child) => child.pid === records[15]?.pid);
    const others = children.filter((child) => child !== left);
    for (const child of others.slice(0, 10)) child.kill("SIGKILL");
    await Promise.all(others.slice(0, 10).map((child) => child.exited));
    for (const child of others.slice(10)) child.stdin.end();
    await Promise.all(others.map((child) => child.exited));
    expect(readPortFile()).toBe(records[15]?.port);

    // The last one stops: nothing names a server. The next start clears what the killed ones left.
    left?.stdin.end();
    await left?.exited;
    expect(readPortFile()).toBeUndefined();
    const record = makeRecord();
    await publish(record);
    expect(readRecords()).toEqual([record]);
    await unpublish(record);
    expect(namesIn(home)).toEqual(["servers"]);
    expect(namesIn(join(home, "servers"))).toEqual([]);
  }, 120_000);
});
