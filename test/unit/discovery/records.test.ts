import { afterEach, describe, expect, test } from "bun:test";
import {
  chownSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import {
  DiscoveryError,
  getPidNamespace,
  getProcessStartTicks,
  getProcessStartTime,
  type InstanceRecord,
  readRecords,
  recordLiveness,
  removeRecord,
  writeRecord,
} from "../../../src/discovery/index.ts";
import { registeredServers } from "../../../src/discovery/liveness.ts";
import {
  cleanUp,
  deadPid,
  IS_ROOT,
  idleProcess,
  makeRecord,
  namesIn,
  privateHome,
  serve,
  tempFolder,
} from "./support.ts";

afterEach(cleanUp);

const LINUX = process.platform === "linux";

describe("records", () => {
  test("are written privately and read back, newest first", async () => {
    const home = privateHome();
    const [older, newer] = [makeRecord(), makeRecord({ token: "secret" })];
    await writeRecord(newer);
    await writeRecord(older);
    expect(readRecords()).toEqual([newer, older]);
    const folder = join(home, "servers");
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, `${older.instance_id}.json`)).mode & 0o777).toBe(0o600);
    expect(namesIn(folder)).toHaveLength(2);
  });

  test("are removed one by one", async () => {
    privateHome();
    const [a, b] = [makeRecord(), makeRecord()];
    await writeRecord(a);
    await writeRecord(b);
    expect(removeRecord(a.instance_id)).toBe(true);
    expect(removeRecord(a.instance_id)).toBe(false);
    expect(readRecords()).toEqual([b]);
  });

  test("an id never leaves the folder", async () => {
    privateHome();
    for (const id of ["../port", "", "a/b", ".", "x".repeat(200)]) {
      expect(() => removeRecord(id)).toThrow(DiscoveryError);
      await expect(writeRecord(makeRecord({ instance_id: id }))).rejects.toThrow(DiscoveryError);
    }
  });

  test("garbage, half files, folders, huge files, links and FIFOs are skipped", async () => {
    const home = privateHome();
    const good = makeRecord();
    await writeRecord(good);
    const folder = join(home, "servers");
    const text = JSON.stringify({ ...good, instance_id: "half" });
    writeFileSync(join(folder, "half.json"), text.slice(0, text.length / 2));
    writeFileSync(join(folder, "empty.json"), "");
    writeFileSync(join(folder, "null.json"), "null");
    writeFileSync(join(folder, "list.json"), "[]");
    writeFileSync(join(folder, "other-id.json"), JSON.stringify(good));
    writeFileSync(join(folder, "note.txt"), "hello");
    mkdirSync(join(folder, "folder.json"));
    symlinkSync(join(folder, `${good.instance_id}.json`), join(folder, "link.json"));
    Bun.spawnSync(["mkfifo", join(folder, "fifo.json")]);
    const huge = openSync(join(folder, "huge.json"), "w");
    ftruncateSync(huge, 1024 ** 3);
    closeSync(huge);
    const before = performance.now();
    expect(readRecords()).toEqual([good]);
    expect(performance.now() - before).toBeLessThan(500);
  });

  test("a field of the wrong type makes the record unreadable; an unknown one does not", async () => {
    const home = privateHome();
    const good = makeRecord();
    await writeRecord(good);
    const path = join(home, "servers", `${good.instance_id}.json`);
    const wrong: Record<string, unknown>[] = [
      { port: "5174" },
      { port: 0 },
      { pid: -1 },
      { pid: 1.5 },
      { url: "javascript:alert(1)" },
      { started_at: null },
      { process_start_time: "now" },
      { pid_namespace: 3 },
      { token: 3 },
      { db: undefined },
    ];
    for (const fields of wrong) {
      writeFileSync(path, JSON.stringify({ ...good, ...fields }));
      expect(readRecords()).toEqual([]);
    }
    writeFileSync(path, JSON.stringify({ ...good, from_the_future: true }));
    expect(readRecords()).toEqual([good]);
  });

  test.skipIf(!IS_ROOT)("case 8: another user's record is not believed", async () => {
    const home = privateHome();
    const record = makeRecord();
    await writeRecord(record);
    chownSync(join(home, "servers", `${record.instance_id}.json`), 12345, 12345);
    expect(readRecords()).toEqual([]);
  });

  test("a missing folder, or a file in its place, holds none", () => {
    const file = join(tempFolder(), "file");
    writeFileSync(file, "");
    expect(readRecords(file)).toEqual([]);
    expect(readRecords(join(dirname(file), "missing"))).toEqual([]);
  });
});

describe("recordLiveness", () => {
  const bornAs = (pid: number): Partial<InstanceRecord> => ({
    pid,
    process_start_time: getProcessStartTime(pid) ?? 0,
    process_start_ticks: getProcessStartTicks(pid),
  });

  test("a process with the recorded start is alive", () => {
    expect(recordLiveness(makeRecord(bornAs(idleProcess().pid)))).toBe("alive");
  });

  test.skipIf(!LINUX)("a clock that was set does not kill a live server", () => {
    const record = makeRecord(bornAs(idleProcess().pid));
    expect(recordLiveness({ ...record, process_start_time: record.process_start_time - 5000 })).toBe("alive");
  });

  test("a process that is gone is dead", async () => {
    expect(recordLiveness(makeRecord({ pid: await deadPid() }))).toBe("dead");
  });

  test.skipIf(!LINUX)("case 4: a pid that is alive as another process is dead", () => {
    const record = makeRecord(bornAs(idleProcess().pid));
    const ticks = record.process_start_ticks ?? 0;
    expect(recordLiveness({ ...record, process_start_ticks: ticks - 1 })).toBe("dead");
    const { process_start_ticks: _, ...untold } = record;
    expect(recordLiveness(untold)).toBe("alive");
    expect(recordLiveness({ ...untold, process_start_time: record.process_start_time - 60 })).toBe("dead");
  });

  test.skipIf(!LINUX)("case 4: our own pid after a container restart is dead", () => {
    privateHome();
    const record = makeRecord();
    const before = { ...record, process_start_ticks: (record.process_start_ticks ?? 0) - 500 };
    expect(recordLiveness(before)).toBe("dead");
    const { process_start_ticks: _, ...untold } = record;
    expect(recordLiveness(untold)).toBe("dead");
    registeredServers().set(record.instance_id, { record, folder: undefined });
    expect(recordLiveness(untold)).toBe("alive");
  });

  test("our own pid, proven to be this process, is a server of a worker", () => {
    expect(recordLiveness(makeRecord())).toBe("alive");
  });

  test.skipIf(!LINUX)("another container's record is not judged by its pid", async () => {
    const [host, boot] = (getPidNamespace() ?? "").split("/");
    const pid_namespace = `${host}/${boot}/pid:[1]/net:[1]`;
    expect(recordLiveness(makeRecord({ pid: await deadPid(), pid_namespace }))).toBe("unknown");
    expect(recordLiveness(makeRecord({ pid: await deadPid(), pid_namespace: null }))).toBe("unknown");
  });

  test.skipIf(!LINUX)("another pid namespace on our network is dead when nothing listens on its port", () => {
    const [host, boot, , network] = (getPidNamespace() ?? "").split("/");
    const pid_namespace = `${host}/${boot}/pid:[1]/${network}`;
    const { port } = serve(() => new Response());
    expect(recordLiveness(makeRecord({ port, pid_namespace }))).toBe("unknown");
    expect(recordLiveness(makeRecord({ port: 1, pid_namespace }))).toBe("dead");
  });

  test.skipIf(!LINUX)("what ran before the machine was started again is dead", () => {
    const [host, , pids, network] = (getPidNamespace() ?? "").split("/");
    const pid_namespace = `${host}/earlier-boot/${pids}/${network}`;
    expect(recordLiveness(makeRecord({ pid_namespace, started_at: 1000 }))).toBe("dead");
  });
});
