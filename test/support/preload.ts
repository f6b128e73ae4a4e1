/**
 * Runs before every test file: no test may touch the person's real ~/.cideldill, nor inherit what their shell sets.
 */
import { afterAll } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

for (const name of Object.keys(process.env)) {
  if (name.startsWith("CIDELDILL") && name !== "CIDELDILL_REQUIRE_BROWSER") delete process.env[name];
}
const home = mkdtempSync(join(tmpdir(), "cideldill-test-"));
process.env.CIDELDILL_HOME = home;
afterAll(() => rmSync(home, { recursive: true, force: true }));
