/**
 * The page while 10,000 calls a second stream in: from a key to the picture that shows what it did, what the page
 * holds in memory, how soon it shows anything at all, and a search among the calls that are kept. Needs a Chromium.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type CDPSession, chromium, type Page } from "playwright-core";
import { buildWeb } from "../web/build.ts";
import type { Row } from "./measure.ts";
import { median } from "./measure.ts";
import { runProgram, startServer } from "./server.ts";

const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";
const RATE = 10_000;
const SECONDS = Number(process.env.BENCH_SECONDS ?? 30);
const KEY_EVERY_MS = 200;
const OPENINGS = 7;

export async function page(): Promise<Row[]> {
  if (!existsSync(EXECUTABLE)) {
    console.warn(
      `There is no ${EXECUTABLE}, so the page is not measured. Set CHROMIUM to a Chromium or Chrome.`,
    );
    return [];
  }
  await buildWeb({ outdir: join(import.meta.dir, "../web/dist") });
  const server = await startServer();
  const browser = await chromium.launch({
    executablePath: EXECUTABLE,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  try {
    const first = await firstPaint(browser, server.url);
    const context = await browser.newContext({ viewport: { width: 1440, height: 860 } });
    const open = await context.newPage();
    await open.goto(server.url);
    await open.locator(".call-list").waitFor();
    const inspector = await context.newCDPSession(open);
    const streaming = runProgram<{ made: number; seconds: number }>(
      [process.execPath, join(import.meta.dir, "programs/streamer.ts")],
      [join(import.meta.dir, "../src/client/index.ts"), server.url, String(RATE), String(SECONDS)],
      server.env,
    );
    await open.locator(".call-row").first().waitFor();
    const before = await heap(inspector);
    const waits = await keysWhile(open, streaming);
    const after = await heap(inspector);
    const { made, seconds } = await streaming;
    const search = await timeOf(async () => {
      await open.getByLabel("Filter the calls").fill(`arg:order-${Math.round(made * 0.9)}`);
      await open.locator(".filter-count").getByText("1 of").waitFor({ timeout: 60_000 });
    });
    const p95 = waits.toSorted((a, b) => a - b)[Math.floor(waits.length * 0.95)] ?? Number.NaN;
    return [
      {
        name: "first meaningful paint (median)",
        value: `${first.toFixed(0)} ms`,
        ratio: "",
        limit: 300,
        factor: first,
        unit: " ms",
      },
      {
        name: "calls streamed",
        value: `${Math.round(made / seconds).toLocaleString("en")}/s`,
        ratio: `${SECONDS} s`,
      },
      {
        name: "from a key to its picture meanwhile (95 %)",
        value: `${p95.toFixed(0)} ms`,
        ratio: `${waits.length} keys`,
        limit: 100,
        factor: p95,
        unit: " ms",
      },
      { name: "the same (median)", value: `${median(waits).toFixed(0)} ms`, ratio: "" },
      {
        name: "memory of the page, before and after",
        value: `${mb(before)} and ${mb(after)}`,
        ratio: "",
        limit: 100,
        factor: (after - before) / 1e6,
        unit: " MB more",
      },
      {
        name: `one among ${made.toLocaleString("en")} calls found and shown`,
        value: `${search.toFixed(0)} ms`,
        ratio: "",
      },
    ];
  } finally {
    await browser.close();
    await server.stop();
  }
}

const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;

async function timeOf(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** From the navigation's start until there is text to read, each time in a browser that has seen nothing yet. */
async function firstPaint(
  browser: Awaited<ReturnType<typeof chromium.launch>>,
  url: string,
): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < OPENINGS; round++) {
    const context = await browser.newContext();
    const opened = await context.newPage();
    await opened.goto(url);
    await opened.getByText("Connect a program").waitFor();
    const painted = await opened.evaluate(
      () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
    );
    times.push(painted);
    await context.close();
  }
  return median(times);
}

async function heap(inspector: CDPSession): Promise<number> {
  await inspector.send("HeapProfiler.collectGarbage");
  const { usedSize } = await inspector.send("Runtime.getHeapUsage");
  return usedSize;
}

/** Presses k and j in turn until the stream ends; for each, the time until the frame after it is drawn. */
async function keysWhile(open: Page, streaming: Promise<unknown>): Promise<number[]> {
  let isOver = false;
  streaming.finally(() => {
    isOver = true;
  });
  const waits: number[] = [];
  while (!isOver) {
    const key = waits.length % 2 === 0 ? "k" : "j";
    waits.push(
      await open.evaluate(
        (pressed) =>
          new Promise<number>((resolve) => {
            const start = performance.now();
            const code = `Key${pressed.toUpperCase()}`;
            document.body.dispatchEvent(
              new KeyboardEvent("keydown", { key: pressed, code, bubbles: true, cancelable: true }),
            );
            // The frame is drawn when the task after its callbacks runs.
            requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
          }),
        key,
      ),
    );
    await Bun.sleep(KEY_EVERY_MS);
  }
  return waits;
}
