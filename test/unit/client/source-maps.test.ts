/** Places in built files, found again in their sources. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mapFrame } from "../../../src/client/source-maps.ts";

const folder = mkdtempSync(join(tmpdir(), "cideldill-maps-"));
const source = join(folder, "shop.ts");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SOURCE = `interface Order {
  id: string;
}

export function checkout(order: Order): string {
  return mark(order.id);
}
`;

async function build(name: string, sourcemap: "linked" | "inline" | "external"): Promise<string> {
  const built = await Bun.build({
    entrypoints: [source],
    outdir: join(folder, name),
    sourcemap,
    external: ["*"],
    minify: { whitespace: true },
  });
  if (!built.success) throw new AggregateError(built.logs);
  return join(folder, name, "shop.js");
}

/** Where `mark(` stands in a built file. */
async function placeIn(file: string): Promise<{ lineno: number; column: number }> {
  const lines = (await Bun.file(file).text()).split("\n");
  const line = lines.findIndex((text) => text.includes("mark("));
  return { lineno: line + 1, column: (lines[line] ?? "").indexOf("mark(") + 1 };
}

beforeAll(() => writeFileSync(source, SOURCE));

describe("a frame in a built file", () => {
  for (const kind of ["linked", "inline"] as const) {
    test(`is shown in its source: a map that is ${kind}`, async () => {
      const file = await build(kind, kind);
      const frame = { filename: file, function: "checkout", ...(await placeIn(file)) };
      expect(mapFrame(frame)).toEqual({ filename: source, function: "checkout", lineno: 6, column: 10 });
    });
  }

  test("stays as it is without a map, with a broken one, without a file", async () => {
    const bare = await build("bare", "external");
    const broken = join(folder, "broken.js");
    writeFileSync(broken, "x()\n//# sourceMappingURL=data:application/json;base64,e30=garbage\n");
    for (const filename of [bare, broken, join(folder, "nowhere.js"), source, "http://localhost/a.js"]) {
      const frame = { filename, lineno: 1, column: 1, function: "f" };
      expect(mapFrame(frame)).toBe(frame);
    }
  });

  test("of this very library, bundled into a program, is hidden", () => {
    const file = join(folder, "bundle.js");
    const map = {
      ...{ version: 3, sources: ["node_modules/cideldill/src/client/core/wrap.ts"], names: [] },
      mappings: "AAAA",
    };
    const url = `data:application/json;base64,${btoa(JSON.stringify(map))}`;
    writeFileSync(file, `x()\n//# sourceMappingURL=${url}\n`);
    expect(mapFrame({ filename: file, lineno: 1, column: 1, function: "apply" })).toBeNull();
  });
});
