/** Opens a page in the person's browser. */

function openerFor(platform: NodeJS.Platform, url: string): string[] {
  if (platform === "darwin") return ["open", url];
  // "start" takes a first text in quotes for a title. "&" would begin another command; our URLs hold none.
  if (platform === "win32") return ["cmd", "/c", "start", '""', url];
  return ["xdg-open", url];
}

/** How long an opener gets to fail; one that works may run as long as the browser does, in ms. */
const PATIENCE_MS = 1_000;

/**
 * Asks the system to open a page.
 *
 * @returns Why that failed, or undefined.
 * @example
 * const problem = await openBrowser("http://localhost:5174/");
 */
export async function openBrowser(
  url: string,
  platform: NodeJS.Platform = process.platform,
): Promise<string | undefined> {
  const [program = "", ...args] = openerFor(platform, url);
  try {
    const child = Bun.spawn([program, ...args], { stdio: ["ignore", "ignore", "ignore"] });
    child.unref();
    const code = await Promise.race([child.exited, Bun.sleep(PATIENCE_MS)]);
    return typeof code === "number" && code !== 0 ? `${program} failed with ${code}` : undefined;
  } catch {
    return `${program} was not found`;
  }
}
