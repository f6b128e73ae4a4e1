import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { main } from "../../../src/commands/main.ts";
import { optionName } from "../../../src/commands/options.ts";
import { COMMANDS, isCommandName, loadCommand, visibleNames } from "../../../src/commands/registry.ts";
import { fakeIo } from "./fake-io.ts";

async function help(name?: string, columns = 80): Promise<string[]> {
  const io = fakeIo({ columns });
  expect(await main(name === undefined ? ["help"] : ["help", name], io)).toBe(0);
  return io.written.out;
}

describe("the registry", () => {
  test("each command is in a file of its name", async () => {
    const files = readdirSync(join(import.meta.dir, "../../../src/commands"));
    for (const name of Object.keys(COMMANDS).filter(isCommandName)) {
      expect(files).toContain(`${name}.ts`);
      expect((await loadCommand(name)).meta.name).toBe(name);
    }
  });

  test("names of what every object has are no commands", () => {
    for (const name of ["constructor", "__proto__", "toString", ""]) expect(isCommandName(name)).toBe(false);
  });
});

describe("the overview", () => {
  test("has every command with its summary", async () => {
    const text = (await help()).join("\n");
    for (const name of visibleNames()) {
      const { meta } = await loadCommand(name);
      expect(text).toContain(`  ${name}`);
      expect(text).toContain(meta.summary);
    }
    expect(text).not.toContain("demo-program");
  });
});

describe.each(visibleNames())("the help of %s", (name) => {
  test("has every option, its help and every example", async () => {
    const { meta } = await loadCommand(name);
    const text = (await help(name, 1_000)).join("\n");
    for (const [key, spec] of Object.entries(meta.options)) {
      const negated = spec.kind === "flag" && spec.negated === true;
      expect(text).toContain(negated ? optionName(key).replace("--", "--no-") : optionName(key));
      for (const word of spec.help.split(" ")) expect(text).toContain(word);
      if (spec.short !== undefined) expect(text).toContain(`-${spec.short}, --`);
    }
    for (const [word] of meta.table?.rows ?? []) expect(text).toContain(`  ${word}  `);
    for (const [line] of meta.examples) expect(text).toContain(line);
    expect(text).toContain("-h, --help");
  });

  test("fits into 80 columns, and into 60", async () => {
    for (const columns of [80, 60]) {
      for (const line of await help(name, columns)) expect(line.length).toBeLessThanOrEqual(80);
    }
  });

  test("its option names and short forms are unambiguous", async () => {
    const { meta } = await loadCommand(name);
    const shorts = Object.values(meta.options).flatMap(({ short }) => (short === undefined ? [] : [short]));
    expect(new Set([...shorts, "h", "v"]).size).toBe(shorts.length + 2);
  });
});
