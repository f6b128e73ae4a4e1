/** A recorded call in words, as rows show it. */
import type { CallSummary } from "../../../src/protocol/records.ts";
import { changesText } from "../../../src/protocol/words.ts";
import type { IconName } from "../components/icon.tsx";

export interface Mark {
  readonly icon: IconName;
  readonly tone: "ok" | "bad" | "info" | "dim" | "accent";
  /** Said, not only drawn. */
  readonly text: string;
}

export function markOf(call: Pick<CallSummary, "status" | "action">, isPaused: boolean): Mark {
  if (isPaused) return { icon: "pause", tone: "accent", text: "waiting for you" };
  if (call.status === "running") return { icon: "running", tone: "dim", text: "running" };
  if (call.status === "abandoned") return { icon: "unlink", tone: "dim", text: "its program went away" };
  if (call.status === "lost") return { icon: "unlink", tone: "dim", text: "its server ended before it did" };
  if (call.status === "exception") return { icon: "cross", tone: "bad", text: "threw" };
  if (call.action !== null && call.action !== "continue") {
    return { icon: "edited", tone: "info", text: ACTIONS[call.action] ?? call.action };
  }
  return { icon: "check", tone: "ok", text: call.status === "success" ? "returned" : call.status };
}

const ACTIONS: Record<string, string> = {
  modify: "ran with an edit",
  skip: "skipped",
  raise: "made to throw",
  replace: "replaced",
};

/** `"A-1042" → Order { … }`, `SmtpError: 421 try again` */
export function valuesText(call: CallSummary): string {
  const { exception, args_text: args } = call;
  if (call.status === "exception" && exception) {
    const words = [exception.type, exception.message].filter((word) => word);
    return words.join(": ") || "threw";
  }
  const decided = decidedText(call);
  const outcome = call.result_text === null ? "" : ` → ${call.result_text}`;
  return `${decided === "" ? "" : `${decided} · `}${args}${outcome}`;
}

/** An edit that is said in more letters than these would leave no room for the values. */
const SHORT_EDIT = 60;

/** Who decided about it, when anybody did. */
export function decidedText({ action, decided_by: by, changes }: CallSummary): string {
  if (action === null || action === "continue") return "";
  const edit = action === "modify" ? changesText(changes) : "";
  const what = edit !== "" && edit.length <= SHORT_EDIT ? `ran with ${edit}` : (ACTIONS[action] ?? action);
  if (!by || by.kind === "person") return what;
  return `${what} by ${by.kind}${by.name ? ` ${by.name}` : ""}`;
}

export function siteText(call: CallSummary): string {
  const site = call.call_site;
  if (!site?.filename) return "";
  const file = site.filename.split(/[/\\]/).pop() ?? site.filename;
  return site.lineno == null ? file : `${file}:${site.lineno}`;
}

/** Made when it is first needed: making one takes longer than a row. */
let clock: Intl.DateTimeFormat | undefined;

function clockText(date: Date): string {
  clock ??= new Intl.DateTimeFormat(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    hour12: false,
  });
  return clock.format(date);
}

/** Of today: the time; of another day: with the day. */
export function momentText(seconds: number): string {
  const date = new Date(seconds * 1000);
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday ? clockText(date) : `${date.toLocaleDateString()} ${clockText(date)}`;
}

/** `1,234,567`; the browser's own takes tens of milliseconds the first time. */
export const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ",");
