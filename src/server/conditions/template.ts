/** Message templates: text with expressions in braces, `paid {args[0].amount} by {caller.function}`; `{{` is a brace. */
import { Budget } from "./budget.ts";
import { compileExpression } from "./compile.ts";
import { ConditionError } from "./errors.ts";
import { textOf } from "./functions.ts";
import type { Lookup, Vocabulary } from "./types.ts";

const MAX_TEMPLATE = 4_000;
const MAX_MESSAGE = 2_000;

export type Template = (lookup: Lookup) => string;

/** @throws ConditionError that says what is wrong, and where. */
export function compileTemplate(text: string, vocabulary: Vocabulary): Template {
  if (text.length > MAX_TEMPLATE)
    throw new ConditionError(`may have up to ${MAX_TEMPLATE} characters, not ${text.length}`, MAX_TEMPLATE);
  const parts: (string | ReturnType<typeof compileExpression>)[] = [];
  for (let at = 0; at < text.length; ) {
    if (text[at] === "{" && text[at + 1] !== "{") {
      const end = endOf(text, at);
      parts.push(shifted(text.slice(at + 1, end), at + 1, vocabulary));
      at = end + 1;
    } else {
      const length = text.startsWith("{{", at) || text.startsWith("}}", at) ? 2 : 1;
      parts.push(text[at] ?? "");
      at += length;
    }
  }
  return (lookup) => {
    const message = parts.map((part) => (typeof part === "string" ? part : shown(part, lookup))).join("");
    return message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE).toWellFormed()}...` : message;
  };
}

/** A message is said even when a part of it cannot be. */
function shown(part: ReturnType<typeof compileExpression>, lookup: Lookup): string {
  try {
    return textOf(part.evaluate(lookup), 0, new Budget());
  } catch (error) {
    if (error instanceof ConditionError) return `<${error.message}>`;
    throw error;
  }
}

/** Columns are those of the template. */
function shifted(expression: string, by: number, vocabulary: Vocabulary) {
  try {
    return compileExpression(expression, vocabulary);
  } catch (error) {
    if (error instanceof ConditionError) throw new ConditionError(error.message, error.at + by);
    throw error;
  }
}

/** The brace that closes the one at `start`; braces inside texts and maps do not. */
function endOf(text: string, start: number): number {
  let depth = 0;
  let quote = "";
  for (let at = start; at < text.length; at++) {
    const letter = text[at] ?? "";
    if (quote !== "") {
      if (letter === "\\") at++;
      else if (letter === quote) quote = "";
    } else if (letter === '"' || letter === "'") quote = letter;
    else if (letter === "{") depth++;
    else if (letter === "}" && --depth === 0) return at;
  }
  throw new ConditionError('opens a brace that nothing closes; write "{{" for a brace', start);
}
