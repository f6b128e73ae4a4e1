/** Whether what was typed is whole, or goes on in the next line. */
import { tokensOf } from "../client/core/repl-tokens.ts";

/** What a paused call's program is written in. */
export type Language = "javascript" | "python";

export function isWhole(source: string, language: Language): boolean {
  if (source.trim() === "") return true;
  if (language === "python") return isWholePython(source);
  const tokens = tokensOf(source);
  const last = tokens.at(-1);
  if (!last) return true;
  const open = last.kind === "sign" && "([{".includes(last.text) ? last.depth + 1 : last.depth;
  if (open > 0) return false;
  if (last.kind === "text" && last.text.startsWith("`"))
    return last.text.length > 1 && last.text.endsWith("`");
  // `a++` ends; `a +` does not.
  if (/(?:\+\+|--)\s*$/.test(source)) return true;
  return last.kind !== "sign" || !/^(?:=>|[-=+*%&|^?:,.<])$/.test(last.text);
}

/** A block is whole with an empty line, as in Python's own prompt. */
function isWholePython(source: string): boolean {
  const withoutLong = source.replace(/("""|''')[\s\S]*?\1/g, "0");
  if (/"""|'''/.test(withoutLong)) return false;
  const code = withoutLong.replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|#[^\n]*/g, "");
  const open = (code.match(/[([{]/g)?.length ?? 0) - (code.match(/[)\]}]/g)?.length ?? 0);
  if (open > 0 || /\\\s*$/.test(code)) return false;
  const isBlock =
    /^\s*(?:def|class|if|for|while|try|with|async|match|@)\b.*|:\s*$/m.test(code) &&
    /:\s*(?:\n|$)/.test(code);
  return !isBlock || /\n\s*$/.test(source);
}
