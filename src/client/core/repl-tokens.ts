/**
 * Finds its way through JavaScript source without understanding it: which characters are code, and how deep in brackets
 * they are. Texts, templates, regular expressions and comments are passed over whole. Enough to cut source at its
 * statements; whether a piece is well formed is for the engine to say, so a wrong guess costs a refusal, never a lie.
 */

/** A piece of code: a word (identifier, keyword or number), a sign, or a text passed over. */
export interface Token {
  kind: "word" | "sign" | "text";
  text: string;
  at: number;
  end: number;
  /** Brackets that are open around it. */
  depth: number;
  /** A line ends between it and the token before. */
  newLine: boolean;
}

const WORD = /(?:[\p{ID_Continue}$#]|\u200c|\u200d)+/uy;

/** After these a slash begins a regular expression, as it does after a sign that ends no value. */
const BEFORE_VALUE =
  /^(?:return|typeof|instanceof|in|of|new|delete|void|throw|case|do|else|yield|await|if|while|with|for)$/;

export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  let newLine = false;
  let at = 0;
  const add = (kind: Token["kind"], end: number): void => {
    tokens.push({ kind, text: source.slice(at, end), at, end, depth, newLine });
    newLine = false;
    at = end;
  };
  while (at < source.length) {
    const letter = source.charAt(at);
    if (/\s/.test(letter)) {
      newLine ||= /[\n\r\u2028\u2029]/.test(letter);
      at += 1;
    } else if (source.startsWith("//", at)) at = endOf(source, /[\n\r\u2028\u2029]/g, at);
    else if (source.startsWith("/*", at)) {
      const end = endOf(source, /\*\//g, at + 2);
      newLine ||= /[\n\r\u2028\u2029]/.test(source.slice(at, end));
      at = Math.min(source.length, end + 2);
    } else if (letter === '"' || letter === "'") add("text", endOfText(source, at));
    else if (letter === "`") add("text", endOfTemplate(source, at));
    else if (letter === "/" && beginsRegExp(tokens.at(-1))) add("text", endOfRegExp(source, at));
    else if ("([{".includes(letter)) {
      add("sign", at + 1);
      depth += 1;
    } else if (")]}".includes(letter)) {
      depth = Math.max(0, depth - 1);
      add("sign", at + 1);
    } else {
      WORD.lastIndex = at;
      const word = WORD.exec(source);
      if (word) add("word", at + word[0].length);
      else add("sign", source.startsWith("=>", at) ? at + 2 : at + 1);
    }
  }
  return tokens;
}

function beginsRegExp(before: Token | undefined): boolean {
  if (!before) return true;
  if (before.kind === "word") return BEFORE_VALUE.test(before.text);
  return before.kind === "sign" && before.text !== ")" && before.text !== "]" && before.text !== "}";
}

/** Where `end` is found first, or the source's end. */
function endOf(source: string, end: RegExp, from: number): number {
  end.lastIndex = from;
  return end.exec(source)?.index ?? source.length;
}

function endOfText(source: string, start: number): number {
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === "\\") at += 1;
    else if (source[at] === source[start]) return at + 1;
  }
  return source.length;
}

function endOfTemplate(source: string, start: number): number {
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === "\\") at += 1;
    else if (source[at] === "`") return at + 1;
    else if (source.startsWith("${", at)) at = endOfBraces(source, at + 1) - 1;
  }
  return source.length;
}

/** Past the brace that closes the one at `start`, through whatever code stands between. */
function endOfBraces(source: string, start: number): number {
  const inner = tokensOf(source.slice(start));
  const close = inner.find((token, index) => index > 0 && token.text === "}" && token.depth === 0);
  return close ? start + close.end : source.length;
}

function endOfRegExp(source: string, start: number): number {
  let inClass = false;
  for (let at = start + 1; at < source.length; at++) {
    const letter = source.charAt(at);
    if (letter === "\n") return at;
    if (letter === "\\") at += 1;
    else if (letter === "[") inClass = true;
    else if (letter === "]") inClass = false;
    else if (letter === "/" && !inClass) return endOf(source, /[^a-z]|$/g, at + 1);
  }
  return source.length;
}
