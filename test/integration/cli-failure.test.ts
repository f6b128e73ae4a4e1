/** What must never happen to a server, happening. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { inRepository, sourcePlace } from "../e2e/source.ts";

setDefaultTimeout(60_000);

/** A server in whose process something else goes wrong. */
const failing = (accident: string, ...options: string[]) => [
  process.execPath,
  "-e",
  `import { processIo } from ${JSON.stringify(inRepository("src/commands/io.ts"))};
   import { main } from ${JSON.stringify(inRepository("src/commands/main.ts"))};
   const io = processIo();
   const line = io.out.line.bind(io.out);
   // Once it has said that it serves: before, nobody would clean up after it.
   io.out.line = (text) => {
     line(text);
     if (text?.includes('"port":')) setTimeout(() => { ${accident} }, 100);
   };
   main(${JSON.stringify(["serve", "--json", "--port", "0", "--memory", ...options])}, io);`,
];

test.each([['throw new Error("boom \\u001b[2J")'], ['Promise.reject(new Error("boom \\u001b[2J"))']])(
  "after %s its files are cleaned, and one line says why it ended",
  async (accident) => {
    await using place = sourcePlace();
    const server = place.spawn(failing(accident));
    await server.printed(/"port":/);
    expect(place.records).toHaveLength(1);
    const { code, stderr } = await server.finished();
    expect(code).toBe(1);
    expect(stderr).toBe("cideldill: The server failed and ends: boom \\x1b[2J\n");
    expect(place.records).toEqual([]);
    expect(existsSync(place.portFile)).toBe(false);
  },
);

test("with --debug the stack is told", async () => {
  await using place = sourcePlace();
  const { code, stderr } = await place.spawn(failing('throw new Error("boom")', "--debug")).finished();
  expect(code).toBe(1);
  expect(stderr).toMatch(/The server failed and ends: boom\n[\s\S]*at /);
});
