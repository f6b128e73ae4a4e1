/** How browsers may keep the built pages. */
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ServerContext } from "../../../src/server/context.ts";
import { pageRoutes } from "../../../src/server/routes/pages.ts";

test("files whose name tells what is in them are kept, the page itself is asked for again", async () => {
  const webRoot = mkdtempSync(join(tmpdir(), "cideldill-pages-"));
  try {
    for (const name of ["index.html", "index-a1b2c3d4.js", "index-a1b2c3d4.css", "debug-client.js"])
      await Bun.write(join(webRoot, name), "/* */");
    const app = pageRoutes({ webRoot } as ServerContext);
    const answer = (path: string) => app.handle(new Request(`http://localhost${path}`));
    const cached = async (path: string) => (await answer(path)).headers.get("cache-control");
    expect(await cached("/index-a1b2c3d4.js")).toContain("immutable");
    expect(await cached("/index-a1b2c3d4.css")).toContain("immutable");
    for (const path of ["/", "/functions", "/debug-client.js"])
      expect(await cached(path)).toContain("no-cache");
    expect((await answer("/index-00000000.js")).status).toBe(404);
  } finally {
    rmSync(webRoot, { recursive: true, force: true });
  }
});
