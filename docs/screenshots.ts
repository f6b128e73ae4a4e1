/**
 * Makes the pictures of the page that README and the guides show, into docs/images: `bun docs/screenshots.ts`. It starts a
 * server of its own, runs programs beside it, and needs a Chromium (set CHROMIUM to another one).
 */
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { buildWeb } from "../web/build.ts";
import { smallPng } from "./small-png.ts";

const ROOT = join(import.meta.dir, "..");
const OUT = join(import.meta.dir, "images");
const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";
/** Pictures are committed: none may grow large. */
const LARGEST = 150_000;

type Scheme = "dark" | "light";

interface Picture {
  name: string;
  scheme: Scheme;
  path: string;
  size?: { width: number; height: number };
  /** What a person would do before looking. */
  prepare?: (page: Page) => Promise<void>;
}

const DESKTOP = { width: 1280, height: 800 };
const WIDE = { width: 1440, height: 860 };
const NARROW = { width: 900, height: 700 };
const PHONE = { width: 390, height: 844 };

const chooseRefund = async (page: Page) => {
  await page.locator("[data-pause]").first().click();
  await page.getByRole("heading", { name: "tools.issueRefund" }).waitFor();
};

/** An amount that is about to be another one. */
const editAmount = async (page: Page) => {
  await chooseRefund(page);
  await page.getByRole("treeitem", { name: /^amount/ }).click();
  await page.keyboard.press("Enter");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("24.99");
  await page.keyboard.press("Enter");
};

const EMPTY: readonly Picture[] = [
  { name: "empty-light", scheme: "light", path: "/" },
  { name: "empty-dark", scheme: "dark", path: "/" },
];

const FULL: readonly Picture[] = [
  { name: "calls-dark", scheme: "dark", path: "/", prepare: editAmount, size: WIDE },
  { name: "calls-light", scheme: "light", path: "/", prepare: editAmount, size: WIDE },
  { name: "tree", scheme: "dark", path: "/?view=tree" },
  { name: "timeline", scheme: "light", path: "/?view=timeline" },
  { name: "filter", scheme: "dark", path: "/?q=fn%3Atools.*%20status%3Aexception" },
  { name: "functions", scheme: "dark", path: "/functions" },
  { name: "breakpoints", scheme: "light", path: "/breakpoints" },
  {
    name: "palette",
    scheme: "dark",
    path: "/",
    prepare: async (page) => {
      await page.keyboard.press("Control+k");
      await page.keyboard.type("refund");
      await page.getByRole("option").first().waitFor();
    },
  },
  { name: "narrow", scheme: "light", path: "/", size: NARROW, prepare: chooseRefund },
  { name: "phone", scheme: "dark", path: "/", size: PHONE },
];

async function main(): Promise<void> {
  mkdirSync(OUT, { recursive: true });
  await buildWeb({ outdir: join(ROOT, "web/dist") });
  const home = mkdtempSync(join(tmpdir(), "cideldill-pictures-"));
  const env = { ...process.env, CIDELDILL_HOME: home };
  const start = (...args: string[]) =>
    Bun.spawn([process.execPath, ...args], { cwd: ROOT, env, stdio: ["ignore", "pipe", "inherit"] });
  const server = start("src/cli.ts", "serve", "--memory", "--port", "0", "--json");
  const programs: { kill(): void }[] = [];
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args: ["--no-sandbox"] });
  try {
    const { url } = JSON.parse(await firstLine(server.stdout)) as { url: string };
    for (const picture of EMPTY) await take(browser, url, picture);
    await start("examples/support-agent.ts", "40").exited;
    for (const name of ["tools.issueRefund", "llm.complete"])
      await post(`${url}/api/breakpoints`, { function_name: name });
    for (let program = 0; program < 2; program++) programs.push(start("examples/support-agent.ts", "8"));
    await paused(url, programs.length);
    await toRefund(url);
    for (const picture of FULL) await take(browser, url, picture);
  } finally {
    await browser.close();
    for (const program of programs) program.kill();
    server.kill();
    await server.exited;
    rmSync(home, { recursive: true, force: true });
  }
}

async function take(
  browser: Browser,
  url: string,
  { name, scheme, path, size, prepare }: Picture,
): Promise<void> {
  const context = await browser.newContext({
    viewport: size ?? DESKTOP,
    colorScheme: scheme,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await page.goto(url + path);
  await page.locator("main h2").first().waitFor();
  await page.locator('[data-status="live"]').waitFor();
  await prepare?.(page);
  await page.waitForLoadState("networkidle");
  await page.getByText("Asking the server").first().waitFor({ state: "detached" });
  await page.locator('[aria-busy="true"]').first().waitFor({ state: "detached" });
  const file = join(OUT, `${name}.png`);
  await Bun.write(file, smallPng(await page.screenshot()));
  await context.close();
  const bytes = statSync(file).size;
  if (bytes > LARGEST)
    throw new Error(`${file} has ${bytes} bytes, more than the ${LARGEST} that a picture may have.`);
  console.log(`${name}.png  ${Math.round(bytes / 1000)} KB`);
}

async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
}

interface Paused {
  id: string;
  call_data: { method_name: string };
}

async function paused(url: string, count: number): Promise<Paused[]> {
  for (;;) {
    const { paused: all } = (await (await fetch(`${url}/api/paused`)).json()) as { paused: Paused[] };
    if (all.length >= count) return all;
    await Bun.sleep(50);
  }
}

/** Lets the first program go on until it asks for a refund, which is what is looked at. */
async function toRefund(url: string): Promise<void> {
  for (;;) {
    const all = await paused(url, 2);
    const first = all[0];
    if (!first || first.call_data.method_name === "tools.issueRefund") return;
    if (all.some((each) => each.call_data.method_name === "tools.issueRefund")) {
      await post(`${url}/api/paused/${first.id}/continue`, {});
      await Bun.sleep(100);
      continue;
    }
    for (const { id } of all) await post(`${url}/api/paused/${id}/continue`, {});
    await Bun.sleep(100);
  }
}

async function firstLine(output: ReadableStream<Uint8Array>): Promise<string> {
  const reader = output.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) throw new Error("The server did not start");
    text += decoder.decode(value, { stream: true });
  }
  reader.cancel().catch(() => {});
  return text.split("\n")[0] ?? "";
}

await main();
