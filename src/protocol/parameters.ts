/** The names of a function's parameters, read off its signature: `(order, amount = 1)`, `(self, *items: int) -> None`. */

/** Text between brackets or quotes is part of one parameter. */
const OPENING = "([{<";
const CLOSING = ")]}>";

/** A name, with the dots or stars of those that take the rest. */
const NAME = /^\s*(\.{3}|\*{1,2})?\s*([\p{L}_$][\p{L}\p{N}_$]*)/u;

/**
 * Name of the positional argument at each index; shorter than the arguments when the signature does not say. A
 * parameter that takes the rest names all that follow.
 *
 * @example
 * parameterNames("(order, ...rest)", 3); // ["order", "...rest", "...rest"]
 */
export function parameterNames(signature: string | number | null, count: number): string[] {
  if (typeof signature !== "string" || !signature.startsWith("(")) return [];
  const names: string[] = [];
  for (const part of parametersOf(signature)) {
    const [, rest = "", name] = NAME.exec(part) ?? [];
    // A pattern has no name; Python's bare * and / are none; after **, nothing is positional.
    if (name === undefined) {
      if (/^\s*[*/]\s*$/.test(part)) continue;
      return names;
    }
    if (rest === "**") return names;
    names.push(`${rest}${name}`);
    if (rest !== "") while (names.length < count) names.push(`${rest}${name}`);
    if (names.length >= count) break;
  }
  return names.slice(0, count);
}

function parametersOf(signature: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = "";
  let part = "";
  for (const [at, char] of [...signature].entries()) {
    if (quote !== "") quote = char === quote ? "" : quote;
    else if (`"'\``.includes(char)) quote = char;
    // The > of an arrow closes nothing.
    else if (OPENING.includes(char)) depth += 1;
    else if (CLOSING.includes(char) && !(char === ">" && "=-".includes(signature[at - 1] ?? ""))) depth -= 1;
    if (depth === 0) break;
    if (depth === 1 && quote === "" && char === ",") {
      parts.push(part);
      part = "";
    } else if (at > 0) part += char;
  }
  return part.trim() === "" ? parts : [...parts, part];
}
