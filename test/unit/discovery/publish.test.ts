import { afterEach, describe, expect, test } from "bun:test";
import { chownSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { namespaceTag } from "../../../src/discovery/atomic-write.ts";
import {
  getProcessStartTicks,
  getProcessStartTime,
  publish,
  readPortFile,
  readRecords,
  unpublish,
  unpublishSync,
  writeRecord,
} from "../../../src/discovery/index.ts";
import {
  cleanUp,
  cleanUpLater,
  deadPid,
  IS_ROOT,
  idleProcess,
  makeRecord,
  namesIn,
  privateHome,
  setEnv,
  tempFolder,
} from "./support.ts";

afterEach(cleanUp);

describe("one server", () => {
  test("publishes its record and port, and takes both back", async () => {
    const home = privateHome();
    const record = makeRecord();
    expect(await publish(record)).toEqual({ portFile: join(home, "port") });
    expect(readFileSync(join(home, "port"), "utf8")).toBe(String(record.port));
    expect(readRecords()).toEqual([record]);
    expect(await unpublish(record)).toEqual({ portFile: join(home, "port") });
    expect(namesIn(home)).toEqual(["servers"]);
    expect(namesIn(join(home, "servers"))).toEqual([]);
  });

  test("takes itself back synchronously", async () => {
    const home = privateHome();
    const [first, second] = [makeRecord(), makeRecord()];
    await publish(first);
    await publish(second);
    unpublishSync(second);
    expect(readPortFile()).toBe(first.port);
    unpublishSync(first);
    expect(namesIn(home)).toEqual(["servers"]);
  });

  test("publishes where it is told, also relative to the working directory", async () => {
    const home = privateHome();
    const elsewhere = join(tempFolder(), "deep", "port");
    const record = makeRecord();
    expect(await publish(record, elsewhere)).toEqual({ portFile: elsewhere });
    expect(readPortFile(elsewhere)).toBe(record.port);
    expect(existsSync(join(home, "port"))).toBe(false);
    expect(readRecords()[0]?.port_file).toBe(elsewhere);
    await unpublish(record);
    expect(existsSync(elsewhere)).toBe(false);
  });

  test("takes itself back from where it was, though the environment changed", async () => {
    const home = privateHome();
    const record = makeRecord();
    await publish(record);
    privateHome();
    await unpublish(record);
    expect(namesIn(home)).toEqual(["servers"]);
    expect(namesIn(join(home, "servers"))).toEqual([]);
  });

  test("costs a few milliseconds", async () => {
    privateHome();
    await publish(makeRecord());
    const times: number[] = [];
    for (let round = 0; round < 20; round++) {
      const record = makeRecord();
      const before = performance.now();
      await publish(record);
      times.push(performance.now() - before);
      await unpublish(record);
    }
    // The best: other programs share this machine.
    expect(Math.min(...times)).toBeLessThan(25);
  });
});

describe("several servers", () => {
  test("the port file names the newest and falls back when it stops", async () => {
    privateHome();
    const [a, b, c] = [makeRecord(), makeRecord(), makeRecord()];
    for (const record of [a, b, c]) await publish(record);
    expect(readPortFile()).toBe(c.port);
    await unpublish(a);
    expect(readPortFile()).toBe(c.port);
    await unpublish(c);
    expect(readPortFile()).toBe(b.port);
    await unpublish(b);
    expect(readPortFile()).toBeUndefined();
  });

  test("one that publishes late does not displace a newer one", async () => {
    privateHome();
    const [older, newer] = [makeRecord(), makeRecord()];
    await publish(newer);
    await publish(older);
    expect(readPortFile()).toBe(newer.port);
  });

  test("each port file mirrors only the servers that publish to it", async () => {
    privateHome();
    const elsewhere = join(tempFolder(), "port");
    const [usual, other] = [makeRecord(), makeRecord()];
    await publish(usual);
    await publish(other, elsewhere);
    expect(readPortFile()).toBe(usual.port);
    await unpublish(other);
    expect(existsSync(elsewhere)).toBe(false);
    expect(readPortFile()).toBe(usual.port);
  });

  test("one port file under two spellings is one", async () => {
    const home = privateHome();
    const link = join(tempFolder(), "link");
    const [a, b] = [makeRecord(), makeRecord()];
    await publish(a);
    symlinkSync(home, link);
    await publish(b, join(link, "port"));
    expect(readPortFile()).toBe(b.port);
    await unpublish(b);
    expect(readPortFile()).toBe(a.port);
  });
});

describe("what is not ours", () => {
  test("a port that a person wrote survives a server's stop, not its start", async () => {
    const home = privateHome();
    const record = makeRecord();
    mkdirSync(home);
    writeFileSync(join(home, "port"), "4321\n");
    await publish(record);
    expect(readPortFile()).toBe(record.port);
    writeFileSync(join(home, "port"), "4321\n");
    await unpublish(record);
    expect(readFileSync(join(home, "port"), "utf8")).toBe("4321\n");
  });

  test("garbage survives the last stop", async () => {
    const home = privateHome();
    const record = makeRecord();
    await publish(record);
    writeFileSync(join(home, "port"), "my notes");
    await unpublish(record);
    expect(readFileSync(join(home, "port"), "utf8")).toBe("my notes");
  });

  test("case 6: another server's exit never touches a live server's entry", async () => {
    privateHome();
    const child = idleProcess();
    const other = makeRecord({
      pid: child.pid,
      process_start_time: getProcessStartTime(child.pid) ?? 0,
      process_start_ticks: getProcessStartTicks(child.pid),
    });
    await writeRecord(other);
    const ours = makeRecord();
    await publish(ours);
    await unpublish(ours);
    expect(readRecords()).toEqual([other]);
    expect(readPortFile()).toBe(other.port);
  });

  test("case 6: another container's entry stays, dead as its pid is here", async () => {
    const home = privateHome();
    const foreign = makeRecord({ pid: await deadPid(), pid_namespace: "elsewhere/boot/pid:[1]/net:[1]" });
    await writeRecord(foreign);
    writeFileSync(join(home, "port"), String(foreign.port));
    const ours = makeRecord({ started_at: foreign.started_at - 10 });
    await publish(ours);
    // It is newer, and may well live: neither judged nor fought over.
    expect(readPortFile()).toBe(foreign.port);
    await unpublish(ours);
    expect(readPortFile()).toBe(foreign.port);
    expect(readRecords()).toEqual([foreign]);
  });
});

describe("what killed servers leave", () => {
  test("case 6: the next start removes their records, their port and their half-written files", async () => {
    const home = privateHome();
    const pid = await deadPid();
    const elsewhere = join(tempFolder(), "port");
    const dead = makeRecord({ pid });
    const deadElsewhere = makeRecord({ pid, port_file: elsewhere });
    await writeRecord(dead);
    await writeRecord(deadElsewhere);
    writeFileSync(join(home, "port"), String(dead.port));
    writeFileSync(elsewhere, String(deadElsewhere.port));
    const tag = namespaceTag();
    writeFileSync(join(home, `.port.${pid}.${tag}.0123456789abcdef.tmp`), "51");
    writeFileSync(join(home, "servers", `.x.json.${pid}.${tag}.0123456789abcdef.tmp`), "{");
    writeFileSync(join(home, `.port.${process.pid}.${tag}.0123456789abcdef.tmp`), "being written");
    writeFileSync(join(home, `.port.${pid}.bad.0123456789abcdef.tmp`), "another container's");
    writeFileSync(join(home, `.mine.${pid}.${tag}.0123456789abcdef.tmp`), "not a port file's");

    const record = makeRecord();
    await publish(record);
    expect(readRecords()).toEqual([record]);
    expect(readPortFile()).toBe(record.port);
    expect(existsSync(elsewhere)).toBe(false);
    expect(namesIn(join(home, "servers"))).toEqual([`${record.instance_id}.json`]);
    expect(namesIn(home)).toEqual(
      [
        `.mine.${pid}.${tag}.0123456789abcdef.tmp`,
        `.port.${pid}.bad.0123456789abcdef.tmp`,
        `.port.${process.pid}.${tag}.0123456789abcdef.tmp`,
        "port",
        "servers",
      ].sort(),
    );
  });

  test("a server that stops does not fall back to a killed one", async () => {
    privateHome();
    const ours = makeRecord();
    await publish(ours);
    await writeRecord(makeRecord({ pid: await deadPid() }));
    await unpublish(ours);
    expect(readPortFile()).toBeUndefined();
  });
});

describe("edge case 3: permission errors, and case 8", () => {
  test("a home that cannot be made: the server goes on and is told why", async () => {
    const file = join(tempFolder(), "file");
    writeFileSync(file, "");
    setEnv({ CIDELDILL_HOME: join(file, "home") });
    const record = makeRecord();
    const result = await publish(record);
    expect(result.portFile).toBeUndefined();
    expect(result.problem).toContain(file);
    expect(result.problem).toContain("CIDELDILL_HOME");
    await unpublish(record);
  });

  test("the port file alone is published when the home cannot be written", async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, "file"), "");
    setEnv({ CIDELDILL_HOME: join(folder, "file") });
    const portFile = join(folder, "port");
    const record = makeRecord();
    const result = await publish(record, portFile);
    expect(result.portFile).toBe(portFile);
    expect(result.problem).toContain(join(folder, "file"));
    expect(readPortFile(portFile)).toBe(record.port);
    await unpublish(record);
    expect(namesIn(folder)).toEqual(["file"]);
  });

  test("a port file that is a folder or a FIFO is reported; the record is there all the same", async () => {
    const home = privateHome();
    mkdirSync(join(home, "port"), { recursive: true });
    const record = makeRecord();
    const result = await publish(record);
    expect(result.portFile).toBeUndefined();
    expect(result.problem).toContain(`${join(home, "port")} is a folder`);
    expect(readRecords()).toEqual([record]);
    const fifo = join(tempFolder(), "fifo");
    Bun.spawnSync(["mkfifo", fifo]);
    expect((await publish(makeRecord(), fifo)).problem).toContain("is a FIFO");
  });

  test.skipIf(!IS_ROOT)("another user's ~/.cideldill is left alone", async () => {
    const home = privateHome();
    mkdirSync(home);
    chownSync(home, 12345, 12345);
    cleanUpLater(() => chownSync(home, 0, 0));
    const result = await publish(makeRecord());
    expect(result.portFile).toBeUndefined();
    expect(result.problem).toContain("belongs to another user");
    expect(namesIn(home)).toEqual([]);
  });

  test("a ~/.cideldill that is a link to a folder of our own works", async () => {
    const home = privateHome();
    symlinkSync(tempFolder(), home);
    const record = makeRecord();
    expect(await publish(record)).toEqual({ portFile: join(home, "port") });
    expect(readPortFile()).toBe(record.port);
  });
});
