/**
 * What may come next in an expression, from what the page already knows: the call's parameters and values, and what was
 * typed before. Nothing is evaluated to find out: a getter may do anything.
 */
import type { Suggestion, Suggestions } from "../values/editor/editor-types.ts";
import { eachMember, isList, isObject, readKey, rootSpan, type Span } from "../values/json-span.ts";
import { tagFieldsAt } from "../values/tag-fields.ts";
import { previewAt } from "../values/value-preview.ts";

/** A value by the name it has in an expression. */
export interface KnownValue {
  readonly name: string;
  /** JSON text. */
  readonly text: string;
}

const MOST = 100;

const WORDS: Readonly<Record<"javascript" | "python", readonly string[]>> = {
  javascript: ["await", "console.log", "JSON.stringify", "Object.keys", "typeof", "new", "structuredClone"],
  python: ["len", "dir", "type", "repr", "vars", "print", "isinstance", "sorted", "getattr"],
};

/** A chain of names up to the place: `request.lines[0].sk`. */
const CHAIN =
  /(?:^|[^\w$.\])])([A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*|\[\d+\]|\[(?:"[^"\\]*"|'[^'\\]*')\])*)(\.|\[["'])([\w$]*)$/;
const WORD = /[A-Za-z_$][\w$]*$/;

export function suggest(
  text: string,
  at: number,
  language: "javascript" | "python",
  values: readonly KnownValue[],
): Suggestions | null {
  const before = text.slice(0, at);
  const chain = CHAIN.exec(before);
  if (chain) return members(chain, at, values);
  const word = WORD.exec(before)?.[0] ?? "";
  if (word === "" || before.at(-word.length - 1) === ".") return null;
  const options: Suggestion[] = [
    ...values.map(({ name, text: json }) => ({
      label: name,
      type: "variable" as const,
      detail: previewAt(json, rootSpan(json), 40),
    })),
    ...WORDS[language].map((label) => ({ label, type: "keyword" as const })),
  ];
  return { from: at - word.length, options };
}

function members(chain: RegExpExecArray, at: number, values: readonly KnownValue[]): Suggestions | null {
  const [, path = "", opener = "", typed = ""] = chain;
  const [head = "", ...steps] = path.match(/[A-Za-z_$][\w$]*|\[[^\]]*\]/g) ?? [];
  const value = values.find(({ name }) => name === head);
  if (!value) return null;
  let span: Span | null = rootSpan(value.text);
  for (const step of steps) span = span && inside(value.text, span, stepOf(step));
  if (!span) return null;
  const options = keysOf(value.text, span)
    .filter(([key]) => opener !== "." || /^[A-Za-z_$][\w$]*$/.test(key))
    .map(([label, detail]): Suggestion => ({ label, type: "property", detail }));
  return options.length === 0 ? null : { from: at - typed.length, options };
}

const stepOf = (step: string): string =>
  step.startsWith("[") ? step.slice(1, -1).replace(/^["']|["']$/g, "") : step;

/** Where the members of a value are: of an instance among its properties. */
function body(text: string, span: Span): Span | null {
  const fields = isObject(text, span) ? tagFieldsAt(text, span) : null;
  if (!fields) return span;
  return fields.tag === "tuple" || fields.tag === "set" ? fields.span("values") : fields.span("properties");
}

function inside(text: string, span: Span, step: string): Span | null {
  const members = body(text, span);
  if (!members) return null;
  let index = 0;
  for (const member of eachMember(text, members)) {
    if (isList(text, members) ? String(index) === step : readKey(text, member) === step) return member.value;
    index += 1;
  }
  return null;
}

function keysOf(text: string, span: Span): [string, string][] {
  const members = body(text, span);
  if (!members || !isObject(text, members)) return [];
  const keys: [string, string][] = [];
  for (const member of eachMember(text, members)) {
    if (keys.length >= MOST) break;
    const key = readKey(text, member);
    if (key !== "$cut") keys.push([key, previewAt(text, member.value, 40)]);
  }
  return keys;
}
