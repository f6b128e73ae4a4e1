/** What is measured in the page itself. */
import type { Browser, Page } from "playwright-core";
import { openStore } from "../src/server/store/sqlite-store.ts";
import { BATCH, Program } from "./record-program.ts";

const KEY_EVERY_MS = 100;
/** The Event Timing API tells of no event that took less. */
const SHORTEST_MS = 16;
const SCROLL_MS = 3_000;
const JUMPS = 20;

export async function timeOf(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/**
 * From the navigation's start until the browser has painted text of `what`, as it tells itself (Element Timing), in a
 * context that has seen nothing yet: a process of its own, and nothing in a cache. What is an empty frame or says that
 * something is on its way has none of it.
 */
export async function firstPaint(browser: Browser, url: string, what: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 860 } });
  try {
    const opened = await context.newPage();
    await opened.addInitScript((wanted) => {
      Object.assign(window, { painted: null });
      new PerformanceObserver((list, observer) => {
        const [first] = list.getEntries() as (PerformanceEntry & { renderTime: number })[];
        if (first) Object.assign(window, { painted: first.renderTime });
        observer.disconnect();
      }).observe({ type: "element", buffered: true });
      // Marked as soon as it is there, which is before it can be painted.
      new MutationObserver(() => {
        for (const element of document.querySelectorAll(wanted))
          element.setAttribute("elementtiming", "what");
      }).observe(document, { childList: true, subtree: true });
    }, what);
    await opened.goto(url);
    const painted = await opened.waitForFunction(() => (window as unknown as { painted: number }).painted);
    return (await painted.jsonValue()) as number;
  } finally {
    await context.close();
  }
}

/**
 * Presses k and j in turn, as a keyboard does, until the stream ends: for each, from the key until the next frame that is
 * drawn, as the browser itself tells (the time that the key waited for the page is part of it).
 */
export async function keysWhile(open: Page, streaming: Promise<unknown>): Promise<number[]> {
  let isOver = false;
  const over = () => {
    isOver = true;
  };
  streaming.then(over, over);
  await open.evaluate((shortest) => {
    const waits: number[] = [];
    Object.assign(window, { waits });
    new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) if (name === "keydown") waits.push(duration);
    }).observe({ type: "event", durationThreshold: shortest } as PerformanceObserverInit);
  }, SHORTEST_MS);
  let pressed = 0;
  for (; !isOver; pressed++) {
    await open.keyboard.press(pressed % 4 < 2 ? "k" : "j");
    await Bun.sleep(KEY_EVERY_MS);
  }
  const told = await open.evaluate(() => (window as unknown as { waits: number[] }).waits);
  return [...told, ...new Array<number>(Math.max(0, pressed - told.length)).fill(SHORTEST_MS)];
}

/** Scrolls the list by rows, a frame at a time, and then to places far away. */
export function drawnFrames(open: Page): Promise<{ walked: number; blank: number; jumped: number[] }> {
  return open.evaluate(
    async ([ms, jumps]) => {
      const list = document.querySelector(".call-list");
      if (!list) throw new Error("there is no list");
      const frame = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
      const isBlank = () => list.querySelector(".is-blank") !== null;
      let [frames, blank] = [0, 0];
      const begun = await frame();
      let now = begun;
      for (; now - begun < ms; frames++) {
        list.scrollTop -= 60;
        now = await frame();
        if (isBlank()) blank++;
      }
      const jumped: number[] = [];
      for (let jump = 0; jump < jumps; jump++) {
        const start = performance.now();
        list.scrollTop = (list.scrollHeight / jumps) * ((jump * 7) % jumps);
        do await frame();
        while (isBlank());
        jumped.push(performance.now() - start);
      }
      return { walked: (frames * 1_000) / (now - begun), blank: blank / frames, jumped };
    },
    [SCROLL_MS, JUMPS] as const,
  );
}

/** Writes calls that are made up into a file, and the indexes that a server makes of them in its time. */
export function fillRecord(file: string, count: number): void {
  const store = openStore(file, "filler");
  const program = new Program();
  for (let done = 0; done < count; done += BATCH) store.record(program.batch());
  store.settle();
  store.close();
}
