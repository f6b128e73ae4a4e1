/** From the text of an expression to a tree: well-formed, not too large, and only of words that are known. */
import { nearest } from "../nearest.ts";
import { ConditionError } from "./errors.ts";
import { FUNCTIONS, MACROS, METHODS } from "./functions.ts";
import { libraries } from "./libraries.ts";
import type { Node, Vocabulary } from "./types.ts";

export const MAX_EXPRESSION = 4_000;

const LIMITS = {
  maxAstNodes: 2_000,
  maxDepth: 60,
  maxListElements: 500,
  maxMapEntries: 500,
  maxCallArguments: 16,
};

/** @throws ConditionError that says what is wrong, and where. */
export function parseExpression(text: string, vocabulary: Vocabulary): Node {
  if (text.trim() === "") throw new ConditionError("is empty: write an expression such as args[0] > 100", 0);
  if (text.length > MAX_EXPRESSION)
    throw new ConditionError(
      `may have up to ${MAX_EXPRESSION} characters, not ${text.length}`,
      MAX_EXPRESSION,
    );
  refuseRows(text);
  const tree = parsed(text);
  placeMethods(tree, text);
  new Checker(vocabulary).check(tree, new Set());
  return tree;
}

/** The parser recurses over what its own limit of depth does not count. */
function refuseRows(text: string): void {
  const row = /[!-](\s*[!-]){30}/.exec(text);
  if (row) throw new ConditionError("has too many signs in a row", row.index);
}

function parsed(text: string): Node {
  const { Environment } = libraries();
  try {
    const { ast } = new Environment({ unlistedVariablesAreDyn: true, limits: LIMITS }).parse(text);
    return ast as unknown as Node;
  } catch (error) {
    const at = placeOf(error, text);
    throw new ConditionError(otherSpelling(text, at) ?? reasonOf(error), at);
  }
}

/** What other languages write that way, and CEL does not. */
function otherSpelling(text: string, at: number): string | undefined {
  if (text[at] === "=" && text[at - 1] !== "=") return 'writes "=" for equal: that is "=="';
  if (text[at] === "=" && /[=!]=$/.test(text.slice(0, at)))
    return `writes "${text.slice(at - 2, at + 1)}": that is "${text.slice(at - 2, at)}"`;
  if (text.startsWith("?.", at - 1) || text.startsWith("?.", at))
    return 'writes "?.": ask whether it is there, as in has(args[0].name) && args[0].name == "x"';
  return undefined;
}

/** The parser places a method where its target begins; people look for its name. */
function placeMethods(node: Node, text: string): void {
  if (node.op === "rcall") {
    const [name, target] = node.args as [string, Node];
    node.pos = Math.max(text.indexOf(name, target.end), node.start);
  }
  for (const child of nodesIn(node)) placeMethods(child, text);
}

/** The library draws the line and a caret below its first line; we point at the column ourselves. */
function reasonOf(error: unknown): string {
  if (error instanceof RangeError) return "nests too deep";
  const [first = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  if (first.includes("maxDepth")) return `nests deeper than ${LIMITS.maxDepth} levels`;
  if (/^Exceeded max/.test(first)) return `is too large (${first.replace("Exceeded ", "more than ")})`;
  if (first === "Unexpected token: EOF") return "ends too early";
  const missing = /^Expected (\w+), got (\w+)/.exec(first);
  if (missing)
    return `lacks ${tokenName(missing[1])}${missing[2] === "EOF" ? " at its end" : ` before ${tokenName(missing[2])}`}`;
  const unexpected = /^Unexpected token: (\w+)/.exec(first);
  if (unexpected) return `cannot have ${tokenName(unexpected[1])} there`;
  return `is not CEL: ${first.replace(/^./, (letter) => letter.toLowerCase())}`;
}

/** The parser's tokens as they are written. */
const TOKENS: Readonly<Record<string, string>> = {
  PLUS: '"+"',
  MINUS: '"-"',
  MULTIPLY: '"*"',
  DIVIDE: '"/"',
  MODULO: '"%"',
  EQ: '"=="',
  NE: '"!="',
  LT: '"<"',
  LE: '"<="',
  GT: '">"',
  GE: '">="',
  AND: '"&&"',
  OR: '"||"',
  NOT: '"!"',
  IN: '"in"',
  LPAREN: '"("',
  RPAREN: '")"',
  LBRACKET: '"["',
  RBRACKET: '"]"',
  LBRACE: '"{"',
  RBRACE: '"}"',
  DOT: '"."',
  COMMA: '","',
  COLON: '":"',
  QUESTION: '"?"',
  EOF: "the end",
  IDENTIFIER: "a name",
  NUMBER: "a number",
  STRING: "a text",
};
const tokenName = (token = ""): string => TOKENS[token] ?? token.toLowerCase();

function placeOf(error: unknown, text: string): number {
  if (typeof error !== "object" || error === null || !("range" in error)) return 0;
  const { range } = error;
  if (typeof range !== "object" || range === null || !("start" in range)) return 0;
  return typeof range.start === "number" ? Math.min(range.start, text.length) : 0;
}

/** Knows every word before anything is evaluated. */
class Checker {
  readonly #vocabulary: Vocabulary;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  check(node: Node, bound: ReadonlySet<string>): void {
    if (node.op === "id") this.#variable(node, bound);
    else if (node.op === "call") this.#call(node, bound);
    else if (node.op === "rcall") this.#method(node, bound);
    else for (const child of nodesIn(node)) this.check(child, bound);
  }

  #variable(node: Node, bound: ReadonlySet<string>): void {
    const name = String(node.args);
    if (bound.has(name)) return;
    const { variables } = this.#vocabulary;
    const reason = variables.get(name);
    if (reason === null) return;
    if (reason !== undefined) throw new ConditionError(reason, node.start);
    const names = [...variables.keys()];
    const places = names.includes("args") && nearest(name, names) === undefined;
    throw new ConditionError(
      unknownWord("variable", name, names) + (places ? "; an argument goes by its place, args[0]" : ""),
      node.start,
    );
  }

  #call(node: Node, bound: ReadonlySet<string>): void {
    const [name, args] = node.args as [string, Node[]];
    if (name === "has") {
      if (args.length !== 1 || args[0]?.op !== ".")
        throw new ConditionError("has() takes a field, as in has(args[0].name)", node.start);
    } else checkArity("function", name, args.length, FUNCTIONS, node.start);
    for (const arg of args) this.check(arg, bound);
  }

  #method(node: Node, bound: ReadonlySet<string>): void {
    const [name, target, args] = node.args as [string, Node, Node[]];
    this.check(target, bound);
    if (!MACROS.has(name)) {
      checkArity("method", name, args.length, METHODS, node.pos);
      for (const arg of args) this.check(arg, bound);
      return;
    }
    const [variable, body] = args;
    if (args.length !== 2 || variable?.op !== "id" || !body)
      throw new ConditionError(
        `.${name}() takes a name and an expression, as in .${name}(x, x > 1)`,
        node.pos,
      );
    this.check(body, new Set([...bound, String(variable.args)]));
  }
}

function checkArity(
  kind: string,
  name: string,
  given: number,
  known: ReadonlyMap<string, { arity: readonly number[] }>,
  at: number,
): void {
  const found = known.get(name);
  if (!found) {
    const names = kind === "method" ? [...known.keys(), ...MACROS] : [...known.keys(), "has"];
    throw new ConditionError(unknownWord(kind, name, names), at);
  }
  if (!found.arity.includes(given))
    throw new ConditionError(
      `gives ${name}() ${given} value(s), and it takes ${found.arity.join(" or ")}`,
      at,
    );
}

/** Methods by the names they have in JavaScript and Python. */
const ELSEWHERE = new Map([
  ["includes", "contains"],
  ["some", "exists"],
  ["every", "all"],
  ["test", "matches"],
  ["match", "matches"],
  ["search", "matches"],
  ["toLowerCase", "lowerAscii"],
  ["toUpperCase", "upperAscii"],
  ["lower", "lowerAscii"],
  ["upper", "upperAscii"],
  ["strip", "trim"],
  ["len", "size"],
]);

function unknownWord(kind: string, name: string, known: readonly string[]): string {
  const other = ELSEWHERE.get(name);
  const near = other !== undefined && known.includes(other) ? other : nearest(name, known);
  return `does not know the ${kind} ${name}${near === undefined ? `; there are ${known.join(", ")}` : `; did you mean ${near}?`}`;
}

/** The nodes below one. */
export function nodesIn({ op, args }: Node): Node[] {
  if (op === "value" || op === "id") return [];
  if (op === "call") return (args as [string, Node[]])[1];
  if (op === "rcall") {
    const [, target, rest] = args as [string, Node, Node[]];
    return [target, ...rest];
  }
  if (op === "map") return (args as [Node, Node][]).flat();
  if (op === "." || op === ".?") return [(args as [Node, string])[0]];
  return Array.isArray(args) ? (args as Node[]) : [args as Node];
}
