/**
 * Makes the pictures of the page that README and the guides show, into docs/images, and docs/gallery.md, which shows all:
 * `bun docs/screenshots.ts`, or those whose names begin so: `bun docs/screenshots.ts calls objects-full`. It starts a server
 * of its own, runs programs beside it, and needs a Chromium (set CHROMIUM to another one).
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
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

/** The fourth of many, which has more to show than the newest, or the only one. */
const chooseOne = async (page: Page) => {
  await page
    .locator("main tbody tr:nth-child(4) td:nth-child(2), main tbody tr:only-child td:nth-child(2)")
    .click();
  await page.locator("section.panel :is(.uses li, .transcript)").first().waitFor();
};

/** The pages by the names of their addresses, each with what is chosen before a picture of the full one. */
const PAGES: readonly { name: string; title: string; path: string; prepare?: Picture["prepare"] }[] = [
  { name: "calls", title: "Calls", path: "/", prepare: editAmount },
  { name: "breakpoints", title: "Breakpoints", path: "/breakpoints" },
  { name: "functions", title: "Functions", path: "/functions" },
  { name: "processes", title: "Programs", path: "/processes" },
  { name: "objects", title: "Objects", path: "/objects", prepare: chooseOne },
  { name: "sessions", title: "Sessions", path: "/sessions" },
  { name: "repl", title: "REPL", path: "/repl", prepare: chooseOne },
  { name: "errors", title: "Errors", path: "/errors" },
  { name: "settings", title: "Settings", path: "/settings" },
];
const SCHEMES: readonly Scheme[] = ["dark", "light"];

const EMPTY: readonly Picture[] = PAGES.flatMap(({ name, path }) =>
  SCHEMES.map((scheme) => ({ name: `${name}-empty-${scheme}`, scheme, path })),
);

const FULL: readonly Picture[] = PAGES.flatMap(({ name, path, prepare }) =>
  SCHEMES.map((scheme) => ({
    ...{ name: `${name}-full-${scheme}`, scheme, path, size: WIDE },
    ...(prepare && { prepare }),
  })),
);

/** What else there is to see, beside the pages as they are. */
const MORE: readonly (Picture & { title: string })[] = [
  { name: "tree", title: "Calls within calls", scheme: "dark", path: "/?view=tree" },
  { name: "timeline", title: "When each ran, and how long", scheme: "light", path: "/?view=timeline" },
  {
    name: "filter",
    title: "A filter",
    scheme: "dark",
    path: "/?q=fn%3Atools.*%20status%3Aexception",
  },
  {
    name: "palette",
    title: "The palette (Ctrl K)",
    scheme: "dark",
    path: "/",
    prepare: async (page) => {
      await page.keyboard.press("Control+k");
      await page.keyboard.type("refund");
      await page.getByRole("option").first().waitFor();
    },
  },
  {
    name: "help",
    title: "The keys (?)",
    scheme: "light",
    path: "/",
    prepare: async (page) => {
      await page.keyboard.press("?");
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "narrow",
    title: "A narrow window",
    scheme: "light",
    path: "/",
    size: NARROW,
    prepare: chooseRefund,
  },
  { name: "phone", title: "A phone", scheme: "dark", path: "/", size: PHONE },
];

/** A program tells of an error of its own, as our clients do when they lost the server for a while. */
const lost = (process_pid: number) => ({
  kind: "client",
  error: "DebugTimeoutError",
  message: "The server did not answer within 30 s",
  request: "POST /api/call/start",
  function_name: "tools.issueRefund",
  count: 3,
  process_pid,
});

async function main(wanted: readonly string[]): Promise<void> {
  mkdirSync(OUT, { recursive: true });
  await buildWeb({ outdir: join(ROOT, "web/dist") });
  const home = mkdtempSync(join(tmpdir(), "pictures-"));
  const env = { ...process.env, CIDELDILL_HOME: home };
  const shop = shopIn(home);
  const start = (...args: string[]) =>
    Bun.spawn([process.execPath, ...args], { cwd: ROOT, env, stdio: ["ignore", "pipe", "inherit"] });
  const server = start("src/cli.ts", "serve", "--memory", "--port", "0", "--json");
  const programs: { pid: number; kill(): void }[] = [];
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args: ["--no-sandbox"] });
  try {
    const { url } = JSON.parse(await firstLine(server.stdout)) as { url: string };
    const takeAll = async (pictures: readonly Picture[]) => {
      for (const picture of pictures)
        if (wanted.length === 0 || wanted.some((start) => picture.name.startsWith(start)))
          await take(browser, url, picture);
    };
    await takeAll(EMPTY);
    await start(join(shop, "support-agent.ts"), "40").exited;
    for (const name of ["tools.issueRefund", "llm.complete"])
      await post(`${url}/api/breakpoints`, { function_name: name });
    for (let program = 0; program < 2; program++) programs.push(start(join(shop, "support-agent.ts"), "8"));
    await paused(url, programs.length);
    await toRefund(url);
    await converse(url);
    await post(`${url}/api/report-com-error`, lost(programs[0]?.pid ?? 0));
    await takeAll(FULL);
    await takeAll(MORE);
    await Bun.write(join(import.meta.dir, "gallery.md"), gallery());
  } finally {
    await browser.close();
    for (const program of programs) program.kill();
    server.kill();
    await server.exited;
    rmSync(home, { recursive: true, force: true });
  }
}

/** The program in a folder of its own, so that no picture tells where this project lies. */
function shopIn(folder: string): string {
  const shop = join(folder, "shop");
  mkdirSync(join(shop, "node_modules"), { recursive: true });
  cpSync(join(ROOT, "examples/support-agent.ts"), join(shop, "support-agent.ts"));
  symlinkSync(ROOT, join(shop, "node_modules/cideldill"));
  return shop;
}

/** The page of all pictures. */
function gallery(): string {
  const row = (state: string, name: string, title: string) =>
    `| ${SCHEMES.map((scheme) => `![${title}, ${state}, ${scheme}](images/${name}-${state}-${scheme}.png)`).join(" | ")} |`;
  const table = [`| ${SCHEMES.join(" | ")} |`, "|---|---|"];
  const parts = [
    "# The page in pictures",
    "Every page with calls and without, dark and light. `bun docs/screenshots.ts` makes them anew.",
    ...PAGES.flatMap(({ name, title }) => [
      `## ${title}`,
      [...table, row("full", name, title), row("empty", name, title)].join("\n"),
    ]),
    "## More",
    ...MORE.map(({ name, title }) => `${title}:\n\n![${title}](images/${name}.png)`),
  ];
  return `${parts.join("\n\n")}\n`;
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

async function post(url: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.json();
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

/** Looks around beside the call that is paused. */
async function converse(url: string): Promise<void> {
  const pause = (await paused(url, 2)).find((each) => each.call_data.method_name === "tools.issueRefund");
  const { session_id } = (await post(`${url}/api/repl/start`, { pause_id: pause?.id })) as {
    session_id: string;
  };
  for (const expr of [
    "request.amount",
    "request.lines.map(line => line.qty * line.price)",
    "request.meta",
    "request.customer.name",
  ])
    await post(`${url}/api/repl/${session_id}/eval`, { expr });
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

await main(process.argv.slice(2));
