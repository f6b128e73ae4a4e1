/** Who uses the processor: what a figure is worth depends on who else wanted it. Linux only; elsewhere not a number. */
import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";

/** Ticks a second in /proc: the same on every Linux. */
const HZ = 100;

/** Seconds that a process has used so far. */
export function cpuOfProcess(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / HZ;
  } catch {
    return Number.NaN;
  }
}

/** Seconds that the browser's processes have used so far, by what they do. */
export async function cpuOfBrowser(browser: Browser): Promise<Record<string, number>> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const used: Record<string, number> = {};
  for (const { type, cpuTime } of processInfo) used[type] = (used[type] ?? 0) + cpuTime;
  return used;
}

/** Cores that each used over some seconds; who used none is left out. */
export function share(
  after: Record<string, number>,
  before: Record<string, number>,
  seconds: number,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(after)
      .map(([name, used]) => [name, (used - (before[name] ?? 0)) / seconds] as const)
      .filter(([, cores]) => cores >= 0.01),
  );
}
