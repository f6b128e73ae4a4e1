/** What could be meant by the word at the cursor: names of the paused call, and members that its program is asked for. */
import type { ReplEvalResponse } from "../protocol/pauses.ts";
import type { Language } from "./repl-lines.ts";

export interface Completer {
  language: Language;
  /** Parameters and the like. */
  names: readonly string[];
  /** Evaluates without a trace in the transcript. */
  ask(expr: string): Promise<ReplEvalResponse>;
}

/** Members that are offered at most. */
const MOST = 200;

const WORD: Record<Language, RegExp> = {
  javascript: /(?:([\p{ID_Start}$_][\p{ID_Continue}$.[\]]*)\.)?([\p{ID_Start}$_][\p{ID_Continue}$]*)?$/u,
  python: /(?:([\p{ID_Start}_][\p{ID_Continue}.[\]]*)\.)?([\p{ID_Start}_][\p{ID_Continue}]*)?$/u,
};

/** The whole words that fit, and what of the line they replace: as readline's completer answers. */
export async function complete(
  line: string,
  { language, names, ask }: Completer,
): Promise<[string[], string]> {
  const [, base, start = ""] = WORD[language].exec(line) ?? [];
  if (base === undefined) {
    if (start === "") return [[], ""];
    return [names.filter((name) => name.startsWith(start)), start];
  }
  // Only names, dots and brackets: looking at what they lead to calls nothing but getters on the way.
  const { output, is_error } = await ask(membersOf(base, language));
  if (is_error) return [[], start];
  const members = output.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu) ?? [];
  return [members.filter((name) => name.startsWith(start)).slice(0, MOST), start];
}

function membersOf(base: string, language: Language): string {
  if (language === "python") return `" ".join(n for n in dir(${base}) if not n.startswith("__"))`;
  return `(() => {
  const names = new Set();
  for (let at = Object(${base}); at !== null && at !== Object.prototype && names.size < ${MOST * 5}; at = Object.getPrototypeOf(at))
    for (const name of Object.getOwnPropertyNames(at)) if (/^[\\p{ID_Start}$_]/u.test(name)) names.add(name);
  return [...names].join(" ");
})()`;
}
