/** A function's parameters as text, read from its source. Best effort: where it cannot be read, the arity. */

const LONGEST = 300;

/**
 * `"(a, b = 1)"`, or the number of parameters for functions whose source is not to be had (built-ins, bound ones).
 *
 * @example
 * ```ts
 * signatureOf((a: number, ...rest: number[]) => a); // "(a, ...rest)"
 * ```
 */
export function signatureOf(fn: (...args: never[]) => unknown): string | number {
  const arity = typeof fn.length === "number" ? fn.length : 0;
  let source: string;
  try {
    source = Function.prototype.toString.call(fn);
  } catch {
    return arity;
  }
  if (source.includes("[native code]")) return arity;
  const list = parameters(withoutComments(source.slice(0, 10_000)));
  if (list === null || list.length > LONGEST) return arity;
  return `(${list})`;
}

function parameters(source: string): string | null {
  if (/^class\b/.test(source)) {
    const at = /\bconstructor\s*\(/.exec(source);
    return at ? enclosed(source, at.index + at[0].length - 1) : null;
  }
  const lone = /^(?:async\s+)?([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*=>/u.exec(source);
  if (lone?.[1]) return lone[1];
  // The name of a method may be computed, `[f("(")](a) {}`: the list starts after it.
  const computed = /^(?:async\b)?\s*\*?\s*\[/.exec(source);
  const from = computed ? source.indexOf("](") + 1 : 0;
  const open = source.indexOf("(", from);
  return open < 0 ? null : enclosed(source, open);
}

/** What stands between the parenthesis at `open` and its partner, on one line. */
function enclosed(source: string, open: number): string | null {
  let depth = 0;
  for (let at = open; at < source.length; at++) {
    const character = source.charAt(at);
    if (character === '"' || character === "'" || character === "`") at = endOfText(source, at);
    else if ("([{".includes(character)) depth++;
    else if (")]}".includes(character) && --depth === 0) {
      return (
        source
          .slice(open + 1, at)
          .replace(/\s+/g, " ")
          // What is left where types were blanked out.
          .replaceAll(" ,", ",")
          .replace(/,\s*$/, "")
          .trim()
      );
    }
  }
  return null;
}

function endOfText(source: string, start: number): number {
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === "\\") at++;
    else if (source[at] === source[start]) return at;
  }
  return source.length;
}

/** Removes comments, leaving texts alone. */
const withoutComments = (source: string): string =>
  source.replace(
    /("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (_, text?: string) => text ?? "",
  );
