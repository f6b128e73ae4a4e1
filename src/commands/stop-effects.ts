/** What ends with a server: calls that wait there, programs that are connected. */
import type { InstanceRecord } from "../discovery/index.ts";
import type { PausedCall } from "../protocol/pauses.ts";
import { processName } from "../protocol/process-name.ts";
import type { ProcessView } from "../protocol/processes.ts";
import { counted } from "../server/counted.ts";
import { printable } from "./printable.ts";
import { ServerApi } from "./server-api.ts";

/** A server that hangs is stopped all the same, in ms. */
const PATIENCE_MS = 1_000;
/** So many programs are named. */
const NAMED = 5;

/** A sentence, to be asked for before the server is stopped; empty when nobody is concerned or nothing is known. */
export async function stopEffects({ url, token }: InstanceRecord): Promise<string> {
  const api = new ServerApi(url, token ?? undefined);
  const asked = Promise.all([
    api.get<{ paused: PausedCall[] }>("/api/paused"),
    api.get<{ processes: ProcessView[] }>("/api/processes"),
  ]).catch(() => null);
  const answer = await Promise.race([asked, Bun.sleep(PATIENCE_MS).then(() => null)]);
  if (answer === null) return "";
  const [{ paused }, { processes }] = answer;
  const connected = processes.filter(({ connection }) => connection === "live");
  return printable(effectsText(paused.length, connected.map(processName)));
}

/**
 * @example
 * effectsText(1, ["shop.ts 412"]); // "1 call was paused there; connected was shop.ts 412"
 */
export function effectsText(paused: number, programs: readonly string[]): string {
  const parts: string[] = [];
  if (paused > 0) parts.push(`${counted(paused, "call")} ${paused === 1 ? "was" : "were"} paused there`);
  if (programs.length > 0) {
    const more = programs.length - NAMED;
    const names = programs.slice(0, NAMED).join(", ") + (more > 0 ? ` and ${more} more` : "");
    parts.push(`connected ${programs.length === 1 ? "was" : "were"} ${names}`);
  }
  return parts.join("; ");
}
