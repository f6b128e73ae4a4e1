import { afterEach, describe, expect, test } from "bun:test";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import {
  describeOwnProcess,
  getPidNamespace,
  getProcessStartTicks,
  getProcessStartTime,
  isProcessAlive,
} from "../../../src/discovery/index.ts";
import { compareNamespace } from "../../../src/discovery/process-identity.ts";
import { cleanUp, cleanUpLater, deadPid, idleProcess, tempFolder } from "./support.ts";

afterEach(cleanUp);

const LINUX = process.platform === "linux";
const now = () => Date.now() / 1000;

describe("start time", () => {
  test("of this process is where its uptime says", () => {
    const started = getProcessStartTime() ?? 0;
    expect(Math.abs(started - (now() - process.uptime()))).toBeLessThan(30);
    expect(getProcessStartTime()).toBe(started);
  });

  test.skipIf(!LINUX)("of a child is now, and differs from ours", () => {
    const child = idleProcess();
    expect(Math.abs((getProcessStartTime(child.pid) ?? 0) - now())).toBeLessThan(30);
    expect(getProcessStartTicks(child.pid)).toBeGreaterThan(
      getProcessStartTicks() ?? Number.POSITIVE_INFINITY,
    );
  });

  test.skipIf(!LINUX)("is read past brackets and spaces in a program's name", () => {
    const program = join(tempFolder(), "a) R 1 (b");
    copyFileSync(Bun.which("sleep") ?? "/bin/sleep", program);
    const child = Bun.spawn([program, "60"]);
    cleanUpLater(() => child.kill("SIGKILL"));
    expect(Math.abs((getProcessStartTime(child.pid) ?? 0) - now())).toBeLessThan(30);
  });

  test("of a process that is gone is unknown", async () => {
    expect(getProcessStartTime(await deadPid())).toBeUndefined();
  });
});

describe("isProcessAlive", () => {
  test("tells the living from the gone", async () => {
    expect(isProcessAlive(process.pid)).toBe(true);
    expect(isProcessAlive(1)).toBe(true);
    expect(isProcessAlive(idleProcess().pid)).toBe(true);
    expect(isProcessAlive(await deadPid())).toBe(false);
  });

  test.each([0, -1, 1.5, Number.NaN, 2 ** 40])("%p is nobody", (pid) => {
    expect(isProcessAlive(pid)).toBe(false);
  });

  test.skipIf(!LINUX)("a zombie is dead", async () => {
    // The shell starts a child and becomes a program that never asks how it ended.
    const parent = Bun.spawn(["sh", "-c", "sleep 0.05 & echo $!; exec sleep 60"], { stdout: "pipe" });
    cleanUpLater(() => parent.kill("SIGKILL"));
    const chunk = await parent.stdout.getReader().read();
    const pid = Number(new TextDecoder().decode(chunk.value));
    while (isProcessAlive(pid)) await Bun.sleep(5);
    // Its number is still taken.
    process.kill(pid, 0);
  });
});

describe("namespaces", () => {
  test.skipIf(!LINUX)("are told apart", () => {
    const ours = getPidNamespace() ?? "";
    const [host, boot, pids, network] = ours.split("/");
    expect(compareNamespace(ours, now())).toBe("same");
    expect(compareNamespace(`renamed/${boot}/${pids}/${network}`, now())).toBe("same");
    expect(compareNamespace(`${host}/${boot}/pid:[1]/${network}`, now())).toBe("same-network");
    expect(compareNamespace(`${host}/${boot}/pid:[1]/net:[1]`, now())).toBe("other");
    expect(compareNamespace(`${host}/other-boot/${pids}/${network}`, 1000)).toBe("rebooted");
    expect(compareNamespace(`${host}/other-boot/${pids}/${network}`, now())).toBe("other");
    expect(compareNamespace(`elsewhere/other-boot/${pids}/${network}`, 1000)).toBe("other");
    expect(compareNamespace(`localhost/other-boot/${pids}/${network}`, 1000)).toBe("other");
    expect(compareNamespace(null, now())).toBe("other");
    expect(compareNamespace("garbage", now())).toBe("other");
  });
});

test("what a record needs takes no subprocess and little time", () => {
  const times = Array.from({ length: 100 }, () => {
    const before = performance.now();
    describeOwnProcess();
    return performance.now() - before;
  });
  // The best: other programs share this machine.
  expect(Math.min(...times)).toBeLessThan(3);
  expect(describeOwnProcess()).toMatchObject({ pid: process.pid, pid_namespace: getPidNamespace() });
});
