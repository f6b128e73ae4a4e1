/** What may come next in a query: fields, values of a field, operators. */
import type { QueryCompletion } from "../../protocol/query.ts";
import { FIELDS, fieldOf, plainDetail } from "./fields.ts";

/** Most options in an answer. */
const MOST = 50;

/** Names that are known just now, for fields whose values are no fixed list. */
export interface KnownNames {
  functions(): readonly string[];
  processes(): readonly { text: string; detail: string }[];
  sessions(): readonly { text: string; detail: string }[];
}

type Option = QueryCompletion["options"][number];

export function completeQuery(text: string, at: number, known: KnownNames): QueryCompletion {
  const before = text.slice(0, at);
  const start = startOfWord(before);
  const end = at + (/^[^\s()]*/.exec(text.slice(at))?.[0].length ?? 0);
  const word = before.slice(start).replace(/^[-!]/, "");
  const from = at - word.length;
  const colon = word.indexOf(":");
  if (colon < 0)
    return { from, to: end, options: limited([...fields(word), ...operators(before.slice(0, start), word)]) };
  const field = fieldOf(word.slice(0, colon));
  if (!field) return { from, to: end, options: limited(fields("")) };
  const value = word.slice(colon + 1);
  const last = value.slice(value.lastIndexOf(",") + 1);
  const options = valuesOf(field.name, known)
    .filter((option) => option.text.toLowerCase().includes(last.toLowerCase()))
    .sort((a, b) => rank(a.text, last) - rank(b.text, last));
  return { from: at - last.length, to: end, options: limited(options) };
}

const rank = (text: string, typed: string): number =>
  text.toLowerCase().startsWith(typed.toLowerCase()) ? 0 : 1;

const limited = (options: Option[]): Option[] => options.slice(0, MOST);

function startOfWord(before: string): number {
  let start = before.length;
  let isQuoted = (before.match(/(?<!\\)"/g)?.length ?? 0) % 2 === 1;
  while (start > 0) {
    const letter = before[start - 1] ?? "";
    if (letter === '"') isQuoted = !isQuoted;
    else if (!isQuoted && /[\s()]/.test(letter)) break;
    start--;
  }
  return start;
}

const fields = (typed: string): Option[] =>
  FIELDS.filter(({ name }) => name.startsWith(typed.toLowerCase())).map((field) => ({
    text: `${field.name}:`,
    kind: "field",
    detail: plainDetail(field),
  }));

function operators(before: string, typed: string): Option[] {
  const all: Option[] = [
    { text: "and", kind: "operator", detail: "Both; may be left out" },
    { text: "or", kind: "operator", detail: "One or the other" },
    { text: "not", kind: "operator", detail: "What follows must not hold; also a minus" },
  ];
  const isFirst = /(^|\(|\b(and|or|not))\s*$/i.test(before);
  return all.filter(({ text }) => text.startsWith(typed.toLowerCase()) && (!isFirst || text === "not"));
}

function valuesOf(field: string, known: KnownNames): Option[] {
  const value = (text: string, detail: string): Option => ({ text: safe(text), kind: "value", detail });
  switch (field) {
    case "fn":
      return [
        ...prefixes(known.functions()).map((text) => value(text, "all of them")),
        ...known.functions().map((text) => value(text, "function")),
      ];
    case "process":
      return known.processes().map(({ text, detail }) => value(text, detail));
    case "session":
      return [
        value("current", "this run"),
        ...known.sessions().map(({ text, detail }) => value(text, detail)),
      ];
    default:
      return (fieldOf(field)?.expected ?? []).map((text) => value(text, "for example"));
  }
}

/** `tools.*` where several functions begin with `tools.`. */
function prefixes(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) {
    const dot = name.lastIndexOf(".");
    if (dot > 0) counts.set(name.slice(0, dot), (counts.get(name.slice(0, dot)) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count > 1).map(([prefix]) => `${prefix}.*`);
}

const safe = (text: string): string => (/[\s(),"]/.test(text) ? `"${text.replace(/["\\]/g, "\\$&")}"` : text);
