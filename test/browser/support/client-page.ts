/** A page of another port of this machine that uses the browser client, in a real browser. */
import { afterAll, afterEach, beforeAll } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import type * as Client from "../../../src/client/browser.ts";
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import type { ListenOptions } from "../../../src/server/listen.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-quic",
  "--no-first-run",
  // A page of "another machine", without one.
  "--host-resolver-rules=MAP app.example 127.0.0.1",
];

declare global {
  interface Window {
    cideldill: typeof Client;
  }
}

export interface Visit {
  page: Page;
  server: TestServer;
  origin: string;
  /** What the page wrote to its console. */
  lines: string[];
  api(method: string, path: string, body?: object): Promise<Record<string, unknown>>;
  breakOn(name: string): Promise<unknown>;
  nextPause(): Promise<PausedCall>;
  release(pause: PausedCall, body?: object): Promise<unknown>;
  history(name: string): Promise<{ id: string; call_data: Record<string, unknown> }[]>;
}

export interface VisitOptions {
  /** Name the page is served under. */
  host?: string;
  headers?: Record<string, string>;
  /** Where the client believes the server to be. */
  serverUrl?: string;
  listen?: (pageOrigin: string) => Partial<ListenOptions>;
}

/** Opens pages; everything is closed after each test. */
export function newVisits(): { open(options?: VisitOptions): Promise<Visit> } {
  let browser: Browser | undefined;
  let script = "";
  const closing: (() => unknown)[] = [];

  if (existsSync(EXECUTABLE) || process.env.CIDELDILL_REQUIRE_BROWSER === "1") {
    beforeAll(async () => {
      const built = await Bun.build({
        entrypoints: [join(import.meta.dir, "../../../src/client/browser.ts")],
        target: "browser",
        format: "esm",
        minify: true,
      });
      script = (await built.outputs[0]?.text()) ?? "";
      browser = await chromium.launch({ executablePath: EXECUTABLE, args: ARGS });
    }, 60_000);
    afterAll(() => browser?.close());
  }
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  return {
    async open({ host = "localhost", headers = {}, serverUrl, listen } = {}) {
      let url = "";
      const pages = Bun.serve({
        port: 0,
        hostname: "127.0.0.1",
        fetch: (request) =>
          new URL(request.url).pathname === "/client.js"
            ? new Response(script.replaceAll("__CIDELDILL_SERVER_URL__", serverUrl ?? url), {
                headers: { "content-type": "text/javascript" },
              })
            : new Response('<!doctype html><script type="module" src="/client.js"></script>', {
                headers: { "content-type": "text/html", ...headers },
              }),
      });
      closing.push(() => pages.stop(true));
      const origin = `http://${host}:${pages.port}`;
      const server = await startTestServer(listen?.(origin) ?? {});
      closing.push(() => server.stop());
      url = server.url;
      if (!browser) throw new Error("There is no browser");
      const context = await browser.newContext();
      closing.push(() => context.close());
      context.setDefaultTimeout(20_000);
      const page = await context.newPage();
      const lines: string[] = [];
      page.on("console", (message) => lines.push(message.text()));
      await page.goto(`${origin}/`);
      await page.waitForFunction(() => "cideldill" in window);
      return visitOf(page, server, origin, lines);
    },
  };
}

function visitOf(page: Page, server: TestServer, origin: string, lines: string[]): Visit {
  const api: Visit["api"] = async (method, path, body) => {
    const answer = await fetch(server.url + path, {
      method,
      ...(body ? { body: JSON.stringify(body), headers: { "content-type": "application/json" } } : {}),
    });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  };
  return {
    page,
    server,
    origin,
    lines,
    api,
    breakOn: (name) => api("POST", "/api/breakpoints", { function_name: name, behavior: "stop" }),
    async nextPause() {
      for (let left = 800; left > 0; left--) {
        const [pause] = (await api("GET", "/api/paused")).paused as PausedCall[];
        if (pause) return pause;
        await Bun.sleep(25);
      }
      throw new Error("no call paused");
    },
    release: (pause, body = {}) => api("POST", `/api/paused/${pause.id}/continue`, body),
    async history(name) {
      await api("POST", "/api/breakpoints", { function_name: name, behavior: "go" });
      return (await api("GET", `/api/breakpoints/${encodeURIComponent(name)}/history`)).history as never;
    },
  };
}
