import { afterEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DiscoveryError, readPortFile, writePortFile } from "../../../src/discovery/index.ts";
import { writePortFileSync } from "../../../src/discovery/port-file.ts";
import { cleanUp, cleanUpLater, IS_ROOT, makeFifo, namesIn, privateHome, tempFolder } from "./support.ts";

afterEach(cleanUp);

async function failureOf(action: Promise<unknown>): Promise<DiscoveryError> {
  const error = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DiscoveryError)) throw new Error(`expected a DiscoveryError, got ${String(error)}`);
  return error;
}

describe("writePortFile", () => {
  test("test_write_port_file_creates_directory", async () => {
    const folder = join(tempFolder(), "subdir", "deeper");
    await writePortFile(5174, join(folder, "port"));
    expect(readFileSync(join(folder, "port"), "utf8")).toBe("5174");
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, "port")).mode & 0o777).toBe(0o600);
  });

  test("test_write_port_file_overwrites_existing", async () => {
    const folder = tempFolder();
    const path = join(folder, "port");
    await writePortFile(5174, path);
    expect(readFileSync(path, "utf8")).toBe("5174");
    await writePortFile(5175, path);
    expect(readFileSync(path, "utf8")).toBe("5175");
    writePortFileSync(61234, path);
    expect(readFileSync(path, "utf8")).toBe("61234");
    expect(namesIn(folder)).toEqual(["port"]);
  });

  test.each([0, -1, 65536, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "refuses %p as a port and writes nothing",
    async (port) => {
      const folder = tempFolder();
      const error = await failureOf(writePortFile(port, join(folder, "port")));
      expect(error.code).toBe("invalid_port");
      expect(error.message).toContain(String(port));
      expect(namesIn(folder)).toEqual([]);
    },
  );

  test("case 8: a folder or FIFO in its place is refused and named, and left alone", async () => {
    const folder = tempFolder();
    mkdirSync(join(folder, "folder"));
    makeFifo(join(folder, "fifo"));
    for (const [name, kind] of [
      ["folder", "a folder"],
      ["fifo", "a FIFO"],
    ] as const) {
      const path = join(folder, name);
      const error = await failureOf(writePortFile(5174, path));
      expect(error.code).toBe("not_a_file");
      expect(error.path).toBe(path);
      expect(error.message).toContain(`${path} is ${kind}`);
      expect(error.message).toContain("CIDELDILL_PORT_FILE");
    }
    expect(namesIn(folder)).toEqual(["fifo", "folder"]);
    expect(lstatSync(join(folder, "fifo")).isFIFO()).toBe(true);
  });

  test("case 8: a link in its place is replaced, never followed", async () => {
    const folder = tempFolder();
    const [precious, path] = [join(folder, "precious"), join(folder, "port")];
    writeFileSync(precious, "do not touch");
    symlinkSync(precious, path);
    await writePortFile(5174, path);
    expect(lstatSync(path).isFile()).toBe(true);
    expect(readFileSync(precious, "utf8")).toBe("do not touch");
    expect(readPortFile(path)).toBe(5174);
  });

  test("case 8: a place that cannot be written says which, why and what to do", async () => {
    const folder = tempFolder();
    writeFileSync(join(folder, "file"), "");
    for (const path of [
      join(folder, "file", "port"),
      join(folder, "file", "deep", "port"),
      "/proc/nope/port",
    ]) {
      const error = await failureOf(writePortFile(5174, path));
      expect(error.message).toContain(path.slice(0, path.lastIndexOf("/")));
      expect(error.message).toContain("CIDELDILL_HOME");
      expect(error.path).toBeDefined();
    }
    expect(namesIn(folder)).toEqual(["file"]);
  });

  test("case 8: a ~/.cideldill that links to a folder of our own is used", async () => {
    const home = privateHome();
    const real = tempFolder();
    symlinkSync(real, home);
    await writePortFile(5174);
    expect(readFileSync(join(real, "port"), "utf8")).toBe("5174");
    expect(readlinkSync(home)).toBe(real);
  });

  test.skipIf(!IS_ROOT)(
    "case 8: a ~/.cideldill of another user is refused, also through a link",
    async () => {
      const home = privateHome();
      mkdirSync(home);
      chownSync(home, 12345, 12345);
      cleanUpLater(() => chownSync(home, 0, 0));
      const error = await failureOf(writePortFile(5174));
      expect(error.code).toBe("foreign_owner");
      expect(error.message).toContain(home);
      expect(namesIn(home)).toEqual([]);

      const linked = privateHome();
      symlinkSync(home, linked);
      expect((await failureOf(writePortFile(5174))).code).toBe("foreign_owner");
    },
  );

  test.skipIf(IS_ROOT)("case 8: a read-only folder is refused", async () => {
    const folder = tempFolder();
    chmodSync(folder, 0o500);
    cleanUpLater(() => chmodSync(folder, 0o700));
    expect((await failureOf(writePortFile(5174, join(folder, "port")))).code).toBe("not_writable");
  });

  test("case 5: a reader in a tight loop never sees an empty or mixed port", async () => {
    const folder = tempFolder();
    const path = join(folder, "port");
    await writePortFile(5174, path);
    const reader = Bun.spawn([process.execPath, join(import.meta.dir, "tight-reader.ts"), path], {
      stdin: "pipe",
      stdout: "pipe",
    });
    cleanUpLater(() => reader.kill("SIGKILL"));
    const output = reader.stdout.getReader();
    // Writing starts when the reader is at it.
    expect(new TextDecoder().decode((await output.read()).value)).toBe("ready\n");
    for (let rewrite = 0; rewrite < 10_000; rewrite++) await writePortFile(rewrite % 2 ? 5174 : 61234, path);
    reader.stdin.end();
    let report = "";
    for (let part = await output.read(); !part.done; part = await output.read()) {
      report += new TextDecoder().decode(part.value);
    }
    const { reads, changes, bad } = JSON.parse(report) as { reads: number; changes: number; bad: string[] };
    expect(bad).toEqual([]);
    expect(reads).toBeGreaterThan(1000);
    expect(changes).toBeGreaterThan(100);
    expect(namesIn(folder)).toEqual(["port"]);
  }, 120_000);

  test("many writers at once leave one whole file and no other", async () => {
    const folder = tempFolder();
    const path = join(folder, "port");
    const ports = Array.from({ length: 50 }, (_, index) => 9_990 + index);
    await Promise.all(ports.map((port) => writePortFile(port, path)));
    expect(ports).toContain(readPortFile(path) ?? 0);
    expect(existsSync(path)).toBe(true);
    expect(namesIn(folder)).toEqual(["port"]);
  });
});
