/** The one suite (cases.ts) in Bun, in Node from the built library, and in Chromium with the browser's client. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { CASES } from "./cases.ts";
import { Counter } from "./support/counter.ts";
import { CANNOT, type PlatformName } from "./support/platforms.ts";
import type { Outcomes } from "./support/run.ts";

const CLIENT = join(import.meta.dir, "../../src/client");
const RUN = join(import.meta.dir, "support/run.ts");
const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";
const HAS_BROWSER = existsSync(EXECUTABLE) || process.env.CIDELDILL_REQUIRE_BROWSER === "1";
const TIMEOUT_MS = 60_000;

const folder = mkdtempSync(join(tmpdir(), "cideldill-suite-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function bundle(entrypoints: string[], target: "node" | "browser"): Promise<string> {
  const outdir = join(folder, target);
  const built = await Bun.build({ entrypoints, outdir, target, format: "esm", naming: "[name].js" });
  if (!built.success) throw new AggregateError(built.logs, "the suite could not be built");
  return outdir;
}

/** A program that runs the cases and prints what came of them. */
async function inProcess(command: string, library: string, run: string, counter: Counter): Promise<Outcomes> {
  const file = join(folder, `${command.split("/").at(-1)}-suite.mjs`);
  writeFileSync(
    file,
    `import * as library from ${JSON.stringify(library)};
     import { runCases } from ${JSON.stringify(run)};
     const [desk, server, platform] = process.argv.slice(2);
     console.log(JSON.stringify(await runCases(library, desk, server, platform)));`,
  );
  const child = Bun.spawn([command, file, counter.url, counter.server.url, "it"], {
    env: { ...process.env, CIDELDILL_HOME: folder },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [output, errors] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if ((await child.exited) !== 0) throw new Error(errors);
  return JSON.parse(output.trim().split("\n").at(-1) ?? "{}") as Outcomes;
}

async function inPage(counter: Counter): Promise<Outcomes> {
  const outdir = await bundle([join(CLIENT, "browser.ts"), RUN], "browser");
  for (const name of ["browser", "run"]) {
    counter.files.set(`/${name}.mjs`, {
      type: "text/javascript",
      text: await Bun.file(join(outdir, `${name}.js`)).text(),
    });
  }
  const script = `import * as library from "/browser.mjs"; import { runCases } from "/run.mjs"; Object.assign(window, { library, runCases });`;
  counter.files.set("/", {
    type: "text/html",
    text: `<!doctype html><script type="module">${script}</script>`,
  });
  let browser: Browser | undefined;
  try {
    browser = await chromium.launch({
      executablePath: EXECUTABLE,
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
    });
    const page = await browser.newPage();
    await page.goto(counter.url);
    await page.waitForFunction(() => "runCases" in window);
    return await page.evaluate(
      ([desk, server]) => {
        const { library, runCases } = window as unknown as {
          library: never;
          runCases: typeof import("./support/run.ts").runCases;
        };
        return runCases(library, desk ?? "", server ?? "", "it");
      },
      [counter.url, counter.server.url],
    );
  } finally {
    await browser?.close();
  }
}

const PLATFORMS: Record<PlatformName, (counter: Counter) => Promise<Outcomes>> = {
  bun: (counter) => inProcess(process.execPath, join(CLIENT, "index.ts"), RUN, counter),
  node: async (counter) => {
    const outdir = await bundle([join(CLIENT, "index.ts"), join(CLIENT, "sync-worker.ts"), RUN], "node");
    return await inProcess("node", join(outdir, "index.js"), join(outdir, "run.js"), counter);
  },
  page: inPage,
};

for (const platform of ["bun", "node", "page"] as const) {
  describe.skipIf(platform === "page" && !HAS_BROWSER)(`the suite in ${platform}`, () => {
    let outcomes: Outcomes = {};
    beforeAll(async () => {
      const counter = await Counter.open();
      try {
        outcomes = await PLATFORMS[platform](counter);
      } finally {
        await counter.close();
      }
    }, TIMEOUT_MS);

    for (const { name, needs } of CASES) {
      const cannot = needs !== undefined && CANNOT[platform].includes(needs);
      test(cannot ? `cannot: ${name}` : name, () => {
        // What a platform is said not to do is not quietly done after all.
        if (cannot) expect(outcomes[name]).toBeString();
        else expect(outcomes[name]).toBeNull();
      });
    }
  });
}
