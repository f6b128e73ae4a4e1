/** What was thrown, described for the report. */
import { className, dataProperty, stackOf } from "../encode/look.ts";

export interface Thrown {
  type: string;
  message: string;
  traceback: string | null;
}

/** A message or a stack longer than this keeps its beginning and its end. */
const LONGEST_TEXT = 20_000;

/**
 * Type, message and stack of what was thrown, which may be anything. Runs no code of the program (no getter, no
 * `toString`: that of an array alone can take for ever), never throws.
 */
export function describeThrown(error: unknown): Thrown {
  try {
    if (!(error instanceof Error))
      return { type: typeof error, message: shorten(textOf(error)), traceback: null };
    const [name, message] = [dataProperty(error, "name"), dataProperty(error, "message")];
    const type = typeof name === "string" && name !== "" ? name : (className(error) ?? "Error");
    const stack = stackOf(error);
    return {
      type,
      message: typeof message === "string" ? shorten(message) : "",
      traceback: stack === null ? null : shorten(stack),
    };
  } catch {
    return { type: "unknown", message: "something that cannot be looked at was thrown", traceback: null };
  }
}

function textOf(value: unknown): string {
  if (typeof value === "function") return "[object Function]";
  if (typeof value !== "object" || value === null) return String(value);
  return `[object ${className(value) ?? "Object"}]`;
}

function shorten(text: string): string {
  if (text.length <= LONGEST_TEXT) return text;
  const half = LONGEST_TEXT / 2;
  return `${text.slice(0, half)} ... ${text.slice(-half)}`;
}
