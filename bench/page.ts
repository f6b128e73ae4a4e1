/**
 * The page: how soon it shows anything, what it does while 10,000 calls a second stream in (from a key to the picture
 * that shows what it did, and what it holds in memory), a search among the calls that are kept, and a list of a million.
 * Needs a Chromium.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type CDPSession, chromium, type Page } from "playwright-core";
import { buildWeb } from "../web/build.ts";
import { cpuOfBrowser, cpuOfProcess, share } from "./cpu.ts";
import { median, p95, type Row } from "./measure.ts";
import { drawnFrames, fillRecord, firstPaint, keysWhile, timeOf } from "./page-measures.ts";
import { type BenchServer, runProgram, startServer } from "./server.ts";

const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";
const RATE = 10_000;
const SECONDS = Number(process.env.BENCH_SECONDS ?? 30);
/** Calls in the list that is scrolled. */
const MILLION = Number(process.env.BENCH_CALLS ?? 1_000_000);
const OPENINGS = 7;

export async function page(): Promise<Row[]> {
  if (!existsSync(EXECUTABLE)) {
    console.warn(
      `There is no ${EXECUTABLE}, so the page is not measured. Set CHROMIUM to a Chromium or Chrome.`,
    );
    return [];
  }
  await buildWeb({ outdir: join(import.meta.dir, "../web/dist") });
  const browser = await chromium.launch({
    executablePath: EXECUTABLE,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  try {
    const streamed = await withServer({}, (server) => whileStreaming(browser, server));
    const long = await withServer({ fill: (file) => fillRecord(file, MILLION) }, (server) =>
      longList(browser, server),
    );
    return [...streamed, ...long];
  } finally {
    await browser.close();
  }
}

async function withServer<T>(
  options: Parameters<typeof startServer>[0],
  work: (server: BenchServer) => Promise<T>,
): Promise<T> {
  const server = await startServer(options);
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}

async function whileStreaming(browser: Browser, server: BenchServer): Promise<Row[]> {
  const empty = await firstPaints(browser, server.url, "#guide-title");
  const open = await opened(browser, server.url);
  const inspector = await open.context().newCDPSession(open);
  const streaming = runProgram<{ made: number; seconds: number; cpuSeconds: number }>(
    [process.execPath, join(import.meta.dir, "programs/streamer.ts")],
    [join(import.meta.dir, "../src/client/index.ts"), server.url, String(RATE), String(SECONDS)],
    server.env,
  );
  await Promise.race([open.locator(".call-row").first().waitFor(), streaming]);
  const before = await heap(inspector);
  const cpu = {
    server: cpuOfProcess(server.pid),
    browser: await cpuOfBrowser(browser),
    at: performance.now(),
  };
  const waits = await keysWhile(open, streaming);
  const spent = (performance.now() - cpu.at) / 1_000;
  const ofServer = (cpuOfProcess(server.pid) - cpu.server) / spent;
  const ofBrowser = share(await cpuOfBrowser(browser), cpu.browser, spent);
  const after = await heap(inspector);
  const { made, seconds, cpuSeconds } = await streaming;
  const { total } = (await (await fetch(`${server.url}/api/calls?limit=1`)).json()) as { total: number };
  const told = open.locator(".list-header").getByText(total.toLocaleString("en"), { exact: true });
  const counted = await timeOf(() => told.waitFor());
  const search = await timeOf(async () => {
    await open.getByLabel("Filter the calls").fill(`arg:order-${Math.round(total * 0.9)}`);
    await open.locator(".filter-count").getByText("1 of").waitFor({ timeout: 60_000 });
  });
  await open.context().close();
  return [
    painted("first paint of how to begin, with no call yet", empty),
    {
      name: "calls streamed",
      value: `${Math.round(made / seconds).toLocaleString("en")}/s`,
      ratio: `${SECONDS} s`,
      // The program makes as many as the machine lets it: where there is too little of it, the rest says less.
      limit: 1,
      factor: (1 - made / seconds / RATE) * 100,
      unit: " % short",
    },
    {
      name: "cores used meanwhile: server, program",
      value: `${ofServer.toFixed(2)} and ${(cpuSeconds / seconds).toFixed(2)}`,
      ratio: "",
    },
    {
      name: `  browser: ${Object.keys(ofBrowser).join(", ")}`,
      value: Object.values(ofBrowser)
        .map((each) => each.toFixed(2))
        .join(", "),
      ratio: "",
    },
    {
      ...promised("from a key to its picture meanwhile (95 %)", p95(waits), 100),
      ratio: `${waits.length} keys`,
    },
    { name: "  the same (median)", value: `${median(waits).toFixed(0)} ms`, ratio: "" },
    {
      name: "memory of the page, before and after",
      value: `${mb(before)} and ${mb(after)}`,
      ratio: "",
      limit: 100,
      factor: (after - before) / 1e6,
      unit: " MB more",
    },
    { name: "the last of the calls in the page's count", value: `${counted.toFixed(0)} ms`, ratio: "after" },
    {
      name: `one among ${total.toLocaleString("en")} calls found and shown`,
      value: `${search.toFixed(0)} ms`,
      ratio: "",
    },
  ];
}

async function longList(browser: Browser, server: BenchServer): Promise<Row[]> {
  const full = await firstPaints(browser, server.url, ".call-row bdi");
  const open = await opened(browser, server.url);
  await open.locator(".call-row").first().waitFor();
  const { walked, jumped, blank } = await drawnFrames(open);
  await open.context().close();
  const calls = MILLION.toLocaleString("en");
  return [
    painted(`first paint of calls, with ${calls} of them`, full),
    {
      name: `frames while a list of ${calls} is scrolled by rows`,
      value: `${walked.toFixed(0)}/s`,
      ratio: "",
    },
    { name: "  with a row that was not there yet", value: `${(blank * 100).toFixed(0)} %`, ratio: "" },
    {
      name: "a place far away in it shown (95 %)",
      value: `${p95(jumped).toFixed(0)} ms`,
      ratio: `${jumped.length} jumps`,
    },
  ];
}

async function opened(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 860 } });
  const open = await context.newPage();
  await open.goto(url);
  await open.locator(".call-list").waitFor();
  return open;
}

async function firstPaints(browser: Browser, url: string, what: string): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < OPENINGS; round++) times.push(await firstPaint(browser, url, what));
  return times;
}

const promised = (name: string, ms: number, limit: number): Row => ({
  name,
  value: `${ms.toFixed(0)} ms`,
  ratio: "",
  limit,
  factor: ms,
  unit: " ms",
});

const painted = (name: string, times: readonly number[]): Row => ({
  ...promised(`${name} (median)`, median(times), 300),
  ratio: `best ${Math.min(...times).toFixed(0)} of ${times.length}`,
});

const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`;

async function heap(inspector: CDPSession): Promise<number> {
  await inspector.send("HeapProfiler.collectGarbage");
  const { usedSize } = await inspector.send("Runtime.getHeapUsage");
  return usedSize;
}
