/** Reads the string form of `withDebug`. A typo must never look like "debugging is on". */
import { DebugError, messageOf } from "./errors.ts";

export type Mode = "ON" | "OFF" | "VERBOSE";

const MODES: readonly Mode[] = ["ON", "OFF", "VERBOSE"];

/** `" on "` is `"ON"`; anything else is refused with the nearest command. */
export function parseCommand(text: string): Mode {
  const wanted = text.trim().toUpperCase();
  const found = MODES.find((mode) => mode === wanted);
  if (found) return found;
  const shown = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  throw new DebugError(
    `withDebug(${shown}): there is no such command. ${nearest(wanted)}It takes "ON", "OFF" or "VERBOSE"; ` +
      `to wrap something under a name, pass withDebug(["name", target]).`,
  );
}

/** What the environment variable says. A part that is left out is `null`: the setting stays as it is. */
export interface EnvironmentCommand {
  mode: Mode;
  serverUrl: string | null;
  watchdogS: number | null;
  logIntervalS: number | null;
}

/** Name of the variable `withDebug()` reads. */
export const ENVIRONMENT_NAME = "CIDELDILL";

const ENVIRONMENT_FORM =
  /^([a-z]+)(?:\s+(?:"([^"]*)"|([^\s"]\S*))(?:\s+(\d+(?:\.\d+)?)(?:\s+(\d+(?:\.\d+)?))?)?)?$/i;

/**
 * Reads `ON`, `OFF`, `VERBOSE`, or one of them with a server and two numbers of seconds. Unset and empty mean `OFF`: a
 * program may carry `withDebug()` for good.
 *
 * @example
 * ```ts
 * parseEnvironment('ON "http://localhost:8080" 30 60');
 * // { mode: "ON", serverUrl: "http://localhost:8080", watchdogS: 30, logIntervalS: 60 }
 * ```
 */
export function parseEnvironment(
  text: string | undefined,
  checkServerUrl: (url: string) => void,
): EnvironmentCommand {
  const value = text?.trim() ?? "";
  if (value === "") return { mode: "OFF", serverUrl: null, watchdogS: null, logIntervalS: null };
  const [matched, word = "", quoted, bare, watchdog, interval] = ENVIRONMENT_FORM.exec(value) ?? [];
  if (matched === undefined) throw malformed(value, "it is not of the right form");
  const mode = MODES.find((known) => known === word.toUpperCase());
  if (!mode)
    throw malformed(
      value,
      `there is no mode ${JSON.stringify(word)}. ${nearest(word.toUpperCase())}`.trimEnd(),
    );
  // An empty text stands for "look for the server", to give the numbers alone.
  const serverUrl = (quoted ?? bare ?? "") || null;
  try {
    if (serverUrl !== null) checkServerUrl(serverUrl);
  } catch (error) {
    throw malformed(value, messageOf(error));
  }
  return { mode, serverUrl, watchdogS: seconds(watchdog), logIntervalS: seconds(interval) };
}

const seconds = (text: string | undefined): number | null => (text === undefined ? null : Number(text));

function malformed(value: string, why: string): DebugError {
  const shown = JSON.stringify(value.length > 120 ? `${value.slice(0, 120)}…` : value);
  return new DebugError(
    `The environment variable ${ENVIRONMENT_NAME} is ${shown}: ${why.replace(/[.?]?$/, (end) => end || ".")} ` +
      "Set it to ON, OFF or VERBOSE, if you like with a server, the seconds after which a stalled request is logged, " +
      `and those between two lines about a paused call: ${ENVIRONMENT_NAME}='ON "http://localhost:5174" 30 60'.`,
  );
}

function nearest(wanted: string): string {
  const ranked = MODES.map((mode) => ({ mode, distance: distance(wanted.slice(0, 40), mode) }));
  ranked.sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= 2 && best.distance < best.mode.length
    ? `Did you mean ${JSON.stringify(best.mode)}? `
    : "";
}

/** Levenshtein's distance. Three short words do not justify a dependency in a client bundle. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
