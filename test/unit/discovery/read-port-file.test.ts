import { afterEach, describe, expect, test } from "bun:test";
import { chmodSync, closeSync, ftruncateSync, openSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readPortFile, writePortFile } from "../../../src/discovery/index.ts";
import { cleanUp, IS_ROOT, makeFifo, privateHome, tempFolder } from "./support.ts";

afterEach(cleanUp);

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
