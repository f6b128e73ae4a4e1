import { afterEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DiscoveryError, readPortFile, writePortFile } from "../../../src/discovery/index.ts";
import { writePortFileSync } from "../../../src/discovery/port-file.ts";
import { cleanUp, cleanUpLater, IS_ROOT, namesIn, privateHome, tempFolder } from "./support.ts";

afterEach(cleanUp);

function makeFifo(path: string): void {
  expect(Bun.spawnSync(["mkfifo", path]).exitCode).toBe(0);
}

async function failureOf(action: Promise<unknown>): Promise<DiscoveryError> {
  const error = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DiscoveryError)) throw new Error(`expected a DiscoveryError, got ${String(error)}`);
  return error;
}

describe("readPortFile", () => {
  test("test_read_port_file_returns_port", () => {
    const path = join(tempFolder(), "port");
    writeFileSync(path, "5174");
    expect(readPortFile(path)).toBe(5174);
  });

  test("test_read_port_file_returns_none_if_missing", () => {
    expect(readPortFile(join(tempFolder(), "nonexistent"))).toBeUndefined();
    expect(readPortFile(join(tempFolder(), "no", "such", "folder"))).toBeUndefined();
  });

  test("test_read_port_file_returns_none_if_invalid", () => {
    const path = join(tempFolder(), "port");
    for (const content of ["not_a_number", "99999"]) {
      writeFileSync(path, content);
      expect(readPortFile(path)).toBeUndefined();
    }
  });

  test.each([
    ["5174\n", 5174],
    [" 5174 ", 5174],
    ["\t5174\r\n", 5174],
    ["1", 1],
    ["65535", 65535],
    ["", undefined],
    [" \n", undefined],
    ["+5174", undefined],
    ["-1", undefined],
    ["0", undefined],
    ["05174", undefined],
    ["00000", undefined],
    ["5174.0", undefined],
    ["0x1436", undefined],
    ["5e3", undefined],
    ["99999", undefined],
    ["65536", undefined],
    ["123456", undefined],
    ["5174 5175", undefined],
    ["5174\n5175", undefined],
    ["51 74", undefined],
    ["5174\0", undefined],
    ["\uFEFF5174", undefined],
    ["٥١٧٤", undefined],
    ["５１７４", undefined],
    ["\u00A05174", undefined],
    ["5174abc", undefined],
    ["NaN", undefined],
    ["Infinity", undefined],
    ["true", undefined],
    ["[5174]", undefined],
    [`${" ".repeat(59)}5174\n`, 5174],
    [`${" ".repeat(1000)}5174`, undefined],
  ])("case 8: a port file that holds %j reads as %p", (content, expected) => {
    const path = join(tempFolder(), "port");
    writeFileSync(path, content);
    expect(readPortFile(path)).toBe(expected);
  });

  test("case 8: bytes that are no text, and UTF-16, read as nothing", () => {
    const path = join(tempFolder(), "port");
    for (const bytes of [Buffer.from([0xff, 0xfe, 0x80]), Buffer.from("5174", "utf16le")]) {
      writeFileSync(path, bytes);
      expect(readPortFile(path)).toBeUndefined();
    }
  });

  test("case 8: a folder reads as nothing", () => {
    expect(readPortFile(tempFolder())).toBeUndefined();
  });

  test("case 8: a FIFO reads as nothing, at once", () => {
    const path = join(tempFolder(), "port");
    makeFifo(path);
    const before = performance.now();
    expect(readPortFile(path)).toBeUndefined();
    const link = join(tempFolder(), "link");
    symlinkSync(path, link);
    expect(readPortFile(link)).toBeUndefined();
    expect(performance.now() - before).toBeLessThan(1000);
  });

  test("case 8: 1 GB of garbage reads as nothing, at once", () => {
    const path = join(tempFolder(), "port");
    const descriptor = openSync(path, "w");
    ftruncateSync(descriptor, 1024 ** 3);
    closeSync(descriptor);
    const before = performance.now();
    expect(readPortFile(path)).toBeUndefined();
    expect(performance.now() - before).toBeLessThan(100);
  });

  test("case 8: devices read as nothing", () => {
    expect(readPortFile("/dev/zero")).toBeUndefined();
    expect(readPortFile("/dev/null")).toBeUndefined();
  });

  test("case 8: links are followed; a dangling or circular one reads as nothing", () => {
    const folder = tempFolder();
    const [target, link, circle] = [join(folder, "target"), join(folder, "link"), join(folder, "circle")];
    symlinkSync(target, link);
    symlinkSync(circle, circle);
    expect(readPortFile(link)).toBeUndefined();
    expect(readPortFile(circle)).toBeUndefined();
    writeFileSync(target, "5174");
    expect(readPortFile(link)).toBe(5174);
  });

  test("a path that no system accepts reads as nothing", () => {
    expect(readPortFile("a\0b")).toBeUndefined();
    expect(readPortFile("")).toBeUndefined();
    expect(readPortFile("x".repeat(10_000))).toBeUndefined();
  });

  test.skipIf(IS_ROOT)("case 8: a file without read permission reads as nothing", () => {
    const path = join(tempFolder(), "port");
    writeFileSync(path, "5174");
    chmodSync(path, 0);
    expect(readPortFile(path)).toBeUndefined();
  });

  test("reads the default place without an argument", async () => {
    privateHome();
    expect(readPortFile()).toBeUndefined();
    await writePortFile(6174);
    expect(readPortFile()).toBe(6174);
  });
});

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
