/** What `configureDebug` was told, checked and with defaults. */
import { DebugError } from "../errors.ts";
import type { DebugSettings, EncodeLimits, RedactSetting } from "../types.ts";

export interface Settings {
  serverUrl: string | null;
  onUnreachable: "throw" | "continue";
  onServerLost: "throw" | "continue";
  serverLostTimeoutS: number;
  suspendedBreakpointsLogIntervalS: number;
  watchdogS: number;
  limits: Partial<EncodeLimits>;
  redact: RedactSetting;
}

export const defaultSettings = (): Settings => ({
  serverUrl: null,
  onUnreachable: "throw",
  onServerLost: "throw",
  serverLostTimeoutS: 10,
  suspendedBreakpointsLogIntervalS: 60,
  watchdogS: 10,
  limits: {},
  redact: true,
});

const NAMES = Object.keys(defaultSettings());
const LIMIT_NAMES = ["depth", "entries", "stringLength", "totalSize"];

/** Applies settings in place, all of them or, when one is wrong, none. */
export function applySettings(
  settings: Settings,
  asked: DebugSettings,
  checkServerUrl: (url: string) => void,
): void {
  if (typeof asked !== "object" || asked === null) fail("takes an object such as { serverUrl }");
  const unknown = Object.keys(asked).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) fail(`does not know ${JSON.stringify(unknown)}; it knows ${NAMES.join(", ")}`);
  if (typeof asked.serverUrl === "string") checkServerUrl(asked.serverUrl);
  else if (asked.serverUrl != null) fail("needs serverUrl to be a text such as http://localhost:5174");
  for (const name of ["onUnreachable", "onServerLost"] as const) {
    const value = asked[name];
    if (value !== undefined && value !== "throw" && value !== "continue") {
      fail(`needs ${name} to be "throw" or "continue"`);
    }
  }
  for (const name of ["serverLostTimeoutS", "suspendedBreakpointsLogIntervalS", "watchdogS"] as const) {
    if (asked[name] !== undefined && !isAmount(asked[name])) {
      fail(`needs ${name} to be a number of seconds, 0 or more`);
    }
  }
  checkLimits(asked.limits);
  checkRedact(asked.redact);
  for (const [name, value] of Object.entries(asked)) {
    if (value !== undefined) Object.assign(settings, { [name]: value });
  }
}

function checkLimits(limits: DebugSettings["limits"]): void {
  for (const [name, value] of Object.entries(limits ?? {})) {
    if (!LIMIT_NAMES.includes(name)) {
      fail(`does not know limits.${name}; it knows ${LIMIT_NAMES.join(", ")}`);
    }
    if (!isAmount(value)) fail(`needs limits.${name} to be a number, 0 or more`);
  }
}

function checkRedact(redact: unknown): void {
  const isKnown =
    redact === undefined ||
    typeof redact === "boolean" ||
    typeof redact === "function" ||
    redact instanceof RegExp ||
    (Array.isArray(redact) && redact.every((name) => typeof name === "string" && /[\p{L}\p{N}]/u.test(name)));
  if (!isKnown) {
    fail(
      "needs redact to be true, false, an array of key names, a RegExp, or a function (key, path) => boolean",
    );
  }
}

const isAmount = (value: unknown): boolean =>
  typeof value === "number" && Number.isFinite(value) && value >= 0;

function fail(what: string): never {
  throw new DebugError(`configureDebug ${what}.`);
}
