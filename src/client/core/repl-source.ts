/**
 * What a person typed, made into something that can be evaluated: declarations that outlive the evaluation, `await` at
 * the top, and the value of the last expression. Cuts and joins only; the engine itself judges every piece.
 */
import { type Token, tokensOf } from "./repl-tokens.ts";

/** Source ready to run. */
export interface Prepared {
  /** Statements; of an asynchronous one, the body of an async function that returns the value. */
  code: string;
  isAsync: boolean;
  /** Names it declares at its top, or assigns without declaring: they are the session's. */
  names: string[];
}

/** Reads source; throws the engine's own SyntaxError for what is none. */
export function prepare(source: string): Prepared {
  // `{ a: 1 }` is meant as an object, though as a statement it is a block.
  const text =
    /^\s*\{[\s\S]*\}\s*;?\s*$/.test(source) && isExpression(source) ? `(${trimmed(source)}\n)` : source;
  const tokens = tokensOf(text);
  const isAsync = tokens.some((token) => token.text === "await" && token.kind === "word") && needsAsync(text);
  if (!isAsync) compile(text, false);
  const { code, names } = persistent(text, tokens);
  return { code: isAsync ? returning(code) : code, isAsync, names: [...names, ...assigned(tokens)] };
}

const trimmed = (source: string): string => source.trim().replace(/;$/, "");

/** Whether the source is one expression. */
function isExpression(source: string): boolean {
  return compiles(`return (${trimmed(source)}\n)`, false) || compiles(`return (${trimmed(source)}\n)`, true);
}

/** `await` may also be a name, or stand in an async function within. */
function needsAsync(source: string): boolean {
  if (compiles(source, false)) return false;
  compile(source, true);
  return true;
}

// Functions of the evaluated text are never run here: making one is how the engine is asked whether it is well formed.
const AsyncFunction = (async () => {}).constructor as FunctionConstructor;

function compile(body: string, isAsync: boolean): void {
  new (isAsync ? AsyncFunction : Function)(body);
}

function compiles(body: string, isAsync: boolean): boolean {
  try {
    compile(body, isAsync);
    return true;
  } catch {
    return false;
  }
}

/** An async function gives what it returns, so the last expression is returned: the longest one that ends the source. */
function returning(code: string): string {
  const tokens = tokensOf(code).filter((token) => token.depth === 0);
  const cuts = [0];
  for (const [index, token] of tokens.entries()) {
    if (token.text === ";" || token.text === "}") cuts.push(token.end);
    else if (token.newLine && index > 0) cuts.push(token.at);
  }
  for (const cut of cuts) {
    const [head, tail] = [code.slice(0, cut), code.slice(cut).trim().replace(/;$/, "")];
    if (tail === "" || tail.startsWith("//")) continue;
    const body = `${head}\nreturn (${tail}\n);`;
    if (compiles(body, true)) return body;
  }
  return code;
}

const DECLARES = /^(?:let|const|var|class|function|async)$/;

/**
 * Declarations at the top become assignments to names that the session keeps: `let a = 1` reads `void (a = 1)`, a
 * function becomes its own value.
 */
function persistent(source: string, tokens: readonly Token[]): { code: string; names: string[] } {
  const names: string[] = [];
  let hoisted = "";
  let code = "";
  let copied = 0;
  for (const [index, token] of tokens.entries()) {
    if (token.at < copied || !beginsStatement(tokens, index) || !DECLARES.test(token.text)) continue;
    const declared = declaration(source, tokens, index);
    if (!declared) continue;
    names.push(...declared.names);
    code += source.slice(copied, token.at);
    // A function may be called above where it stands.
    if (declared.hoists) hoisted += declared.code;
    else code += declared.code;
    copied = declared.end;
  }
  return { code: hoisted + code + source.slice(copied), names };
}

function beginsStatement(tokens: readonly Token[], index: number): boolean {
  const [token, before] = [tokens[index], tokens[index - 1]];
  if (token?.depth !== 0 || token.kind !== "word") return false;
  if (!before || before.text === ";" || before.text === "}") return true;
  return token.newLine && !(before.kind === "sign" && !/[)\]]/.test(before.text));
}

interface Declaration {
  code: string;
  names: string[];
  end: number;
  hoists: boolean;
}

function declaration(source: string, tokens: readonly Token[], index: number): Declaration | null {
  const keyword = tokens[index]?.text ?? "";
  if (keyword === "class" || keyword === "function" || keyword === "async") {
    return bodied(source, tokens, index);
  }
  const end = endOfDeclaration(source, tokens, index);
  const list = source.slice(tokens[index]?.end, end);
  if (!compiles(`let ${list}`, false) && !compiles(`let ${list}`, true)) return null;
  const parts = splitList(list);
  const names = parts.flatMap(({ pattern }) => boundNames(pattern));
  const assignments = parts.map(({ pattern, value }) => `${pattern} = ${value}`);
  return { code: `void (${assignments.join(", ")});`, names, end, hoists: false };
}

/** `class A {...}`, `function f() {...}`, `async function f() {...}`. */
function bodied(source: string, tokens: readonly Token[], index: number): Declaration | null {
  const [first, second] = [tokens[index], tokens[index + 1]];
  if (!first || (first.text === "async" && second?.text !== "function")) return null;
  const name = tokens.slice(index + 1).find((token) => token.text !== "function" && token.text !== "*");
  const close = tokens.slice(index).find((token, at, rest) => {
    if (token.text !== "}" || token.depth !== 0) return false;
    // A default value or what a class extends may hold braces as well; the body's are the ones that make it whole.
    return rest[at + 1]?.text !== ")" && compiles(source.slice(first.at, token.end), false);
  });
  if (name?.kind !== "word" || !close) return null;
  const text = source.slice(first.at, close.end);
  // Elsewhere it stays where it is, so that lines keep their numbers.
  const hoists = first.text !== "class" && tokens.slice(0, index).some((token) => token.text === name.text);
  return { code: `void (${name.text} = ${text});`, names: [name.text], end: close.end, hoists };
}

/** The list of a `let` ends with a semicolon, or where a line ends and what is there is whole. */
function endOfDeclaration(source: string, tokens: readonly Token[], index: number): number {
  const start = tokens[index]?.end ?? 0;
  for (const token of tokens.slice(index + 1)) {
    if (token.depth !== 0) continue;
    if (token.text === ";") return token.end;
    const list = source.slice(start, token.at);
    if (token.newLine && token.kind === "word" && !/^(?:in|instanceof)$/.test(token.text)) {
      if (compiles(`let ${list}`, false) || compiles(`let ${list}`, true)) return token.at;
    }
  }
  return source.length;
}

/** `a = 1, {b} = c, d` as patterns and values. */
function splitList(list: string): { pattern: string; value: string }[] {
  const all = tokensOf(list.trim().replace(/;$/, ""));
  // Without a comment at the end.
  const text = list
    .trim()
    .slice(0, all.at(-1)?.end ?? 0)
    .replace(/;$/, "");
  const top = all.filter((token) => token.depth === 0);
  const commas = [...top.filter((token) => token.text === ",").map((token) => token.at), text.length];
  let start = 0;
  return commas.map((comma) => {
    const equals = top.find((token) => token.text === "=" && token.at >= start && token.at < comma);
    const pattern = text.slice(start, equals ? equals.at : comma).trim();
    const value = equals ? text.slice(equals.end, comma).trim() : "undefined";
    start = comma + 1;
    return { pattern, value };
  });
}

/** The names a pattern binds: those that cannot be declared a second time. */
function boundNames(pattern: string): string[] {
  if (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(pattern)) return [pattern];
  const words = tokensOf(pattern).filter((token) => token.kind === "word");
  return [...new Set(words.map((token) => token.text))].filter(
    (name) => compiles(`let ${name};`, false) && !compiles(`let ${pattern} = 0; let ${name};`, false),
  );
}

/** Names that something is assigned to: `total = 5`, which without a session would be a global of the program. */
function assigned(tokens: readonly Token[]): string[] {
  return tokens.flatMap((token, index) => {
    const [before, next, after] = [tokens[index - 1], tokens[index + 1], tokens[index + 2]];
    if (token.kind !== "word" || before?.text === "." || next?.text !== "=" || after?.text === "=") return [];
    return /^[\p{ID_Start}$_]/u.test(token.text) ? [token.text] : [];
  });
}
