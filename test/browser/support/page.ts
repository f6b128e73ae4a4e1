/**
 * A real browser on a real server. Without Chromium the tests are skipped and say so; with CIDELDILL_REQUIRE_BROWSER=1
 * they fail instead.
 */
import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from "playwright-core";
import { startDemoProgram } from "../../../src/demo/demo-program.ts";
import { ALIASES } from "../../../src/demo/names.ts";
import { buildWeb, isWebStale } from "../../../web/build.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const WEB_DIST = join(import.meta.dir, "../../../web/dist");
/** A person would have given up long before; a machine with other work to do is slow. */
const PATIENCE_MS = 20_000;

const isThere = existsSync(EXECUTABLE);
const isRequired = process.env.CIDELDILL_REQUIRE_BROWSER === "1";
if (!isThere && !isRequired) {
  console.warn(`Browser tests are skipped: there is no ${EXECUTABLE}. Set CHROMIUM to a Chromium or Chrome.`);
}

/** One test may wait for several things; a browser on a busy machine is slow. */
const TEST_TIMEOUT_MS = 60_000;

/** A test that needs a browser. */
export function browserTest(name: string, run: () => Promise<void>, timeoutMs = TEST_TIMEOUT_MS): void {
  (isThere || isRequired ? test : test.skip)(name, run, timeoutMs);
}

export interface Desk {
  readonly server: TestServer;
  /** Opens the page in a browser of its own: nothing is shared between two. */
  open(options?: BrowserContextOptions & { path?: string }): Promise<Page>;
  /** Stops the server, which really is gone then. */
  stopServer(): Promise<void>;
  /** Starts one on the port of the one that stopped. */
  startServer(): Promise<void>;
}

/**
 * A server of its own for each test, and a browser for the file. After each test: no page may have failed, logged an
 * error, broken its content security policy or asked another machine for anything.
 *
 * @param options For each server that is started.
 */
export function newDesk(options: () => Parameters<typeof startTestServer>[0] = () => ({})): Desk {
  let browser: Browser | undefined;
  let server: TestServer | undefined;
  const pages: Page[] = [];
  const problems: string[] = [];
  let isServerMeantToBeGone = false;

  const currentServer = async () => {
    server ??= await startTestServer({
      demo: { functions: ALIASES, start: startDemoProgram },
      ...options(),
    });
    return server;
  };

  if (isThere || isRequired) {
    beforeAll(async () => {
      if (!isThere) throw new Error(`CIDELDILL_REQUIRE_BROWSER is set, and there is no ${EXECUTABLE}.`);
      if (await isWebStale(WEB_DIST)) await buildWeb({ outdir: WEB_DIST });
      browser = await chromium.launch({ executablePath: EXECUTABLE, args: ARGS });
    }, 60_000);
    afterAll(() => browser?.close());
  }

  afterEach(async () => {
    const found = problems.splice(0);
    await Promise.all(pages.splice(0).map((page) => page.context().close()));
    await server?.stop();
    server = undefined;
    isServerMeantToBeGone = false;
    expect(found).toEqual([]);
  });

  return {
    get server() {
      if (!server) throw new Error("Open a page first: that starts the server");
      return server;
    },
    async open({ path = "/", ...ofContext } = {}) {
      const { url } = await currentServer();
      if (!browser) throw new Error("There is no browser");
      const context = await browser.newContext({ viewport: { width: 1440, height: 860 }, ...ofContext });
      context.setDefaultTimeout(PATIENCE_MS);
      const page = await context.newPage();
      pages.push(page);
      page.on("pageerror", (error) => problems.push(`threw: ${error.message}`));
      page.on("dialog", (dialog) => {
        problems.push(`opened a dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on("console", (message) => {
        const isExpected = isServerMeantToBeGone || /status of 4\d\d/.test(message.text());
        if (message.type() === "error" && !isExpected) problems.push(`logged: ${message.text()}`);
      });
      page.on("request", (request) => {
        const isOurs = request.url().startsWith(url) || request.url().startsWith("data:");
        if (!isOurs) problems.push(`asked ${request.url()}`);
      });
      await page.goto(url + path);
      // Keys and clicks are for a page that knows what is so: its first picture is there before.
      if (!path.startsWith("/docs"))
        await page.locator('[data-status="live"]').first().waitFor({ state: "attached" });
      return page;
    },
    async stopServer() {
      isServerMeantToBeGone = true;
      await server?.stop();
    },
    async startServer() {
      server = await startTestServer({ port: server?.port ?? 0, strictPort: true, ...options() });
    },
  };
}

/** All text in it, also what is out of sight. */
export const textOf = async (locator: Locator): Promise<string> => (await locator.textContent()) ?? "";

/** Asks again until it is so: the page shows a change when the server has announced it. */
export async function eventually(ask: () => Promise<unknown>, expected: unknown): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  let found = await ask();
  while (Date.now() < end && !Bun.deepEquals(found, expected)) {
    await Bun.sleep(20);
    found = await ask();
  }
  expect(found).toEqual(expected);
}

/** Looks again until the text is there. */
export async function eventuallyContains(locator: Locator, text: string): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end && !(await textOf(locator)).includes(text)) await Bun.sleep(20);
  expect(await textOf(locator)).toContain(text);
}

/** What it answers when it has stopped changing: a list comes to rest some frames after the wheel. */
export async function atRest<T>(ask: () => Promise<T>): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  let last = await ask();
  for (let same = 0; same < 3 && Date.now() < end; ) {
    await Bun.sleep(50);
    const next = await ask();
    same = Bun.deepEquals(next, last) ? same + 1 : 0;
    last = next;
  }
  return last;
}
