/**
 * Expressions made ready to be evaluated: closures over the parser's tree, where every step is paid for, so that no
 * expression and no value can hold the server up.
 */
import { Budget } from "./budget.ts";
import { BudgetError, ConditionError } from "./errors.ts";
import { FUNCTIONS, METHODS, patternOf } from "./functions.ts";
import { BINARY, hasMember, kindOf, numberOf, select, walked } from "./operators.ts";
import { nodesIn, parseExpression } from "./parse.ts";
import type { Compiled, Evaluate, Lookup, Node, Vocabulary } from "./types.ts";

/**
 * Compiles an expression.
 *
 * @throws ConditionError that says what is wrong, and where.
 * @example
 * const condition = compileExpression("args[0] > 100", { variables: new Map([["args", null]]) });
 * condition.evaluate(() => [120]); // true
 */
export function compileExpression(text: string, vocabulary: Vocabulary): Compiled {
  const tree = parseExpression(text, vocabulary);
  const evaluate = compile(tree);
  const names = new Set<string>();
  collect(tree, names);
  return { names, evaluate: (lookup) => evaluate(lookup, new Budget()) };
}

/** A truth value, or an error that says what it is instead. */
export function truth(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new ConditionError(`is ${kindOf(value)}, and a condition must be true or false`, 0);
}

function collect(node: Node, names: Set<string>): void {
  if (node.op === "id") names.add(String(node.args));
  for (const child of nodesIn(node)) collect(child, names);
}

function compile(node: Node): Evaluate {
  const step = compileStep(node);
  return (lookup, budget) => {
    budget.spend(node.start);
    return step(lookup, budget);
  };
}

function compileStep(node: Node): Evaluate {
  const { op, args, start } = node;
  switch (op) {
    case "value": {
      const value = literal(args);
      return () => value;
    }
    case "id": {
      const name = String(args);
      return (lookup) => lookup(name);
    }
    case ".": {
      const [target, key] = [compile((args as [Node, string])[0]), (args as [Node, string])[1]];
      return (lookup, budget) => select(target(lookup, budget), key, node.pos);
    }
    case "[]": {
      const [target, key] = (args as [Node, Node]).map(compile) as [Evaluate, Evaluate];
      return (lookup, budget) => select(target(lookup, budget), key(lookup, budget), node.pos);
    }
    case "!_": {
      const operand = compile(args as Node);
      return (lookup, budget) => !boolean(operand(lookup, budget), start);
    }
    case "-_": {
      const operand = compile(args as Node);
      return (lookup, budget) => -numberOf(operand(lookup, budget), start);
    }
    case "?:": {
      const [test, yes, no] = (args as [Node, Node, Node]).map(compile) as [Evaluate, Evaluate, Evaluate];
      return (lookup, budget) => (boolean(test(lookup, budget), start) ? yes : no)(lookup, budget);
    }
    case "&&":
      return shortcut(args as [Node, Node], false);
    case "||":
      return shortcut(args as [Node, Node], true);
    case "list": {
      const items = (args as Node[]).map(compile);
      return (lookup, budget) => items.map((item) => item(lookup, budget));
    }
    case "map": {
      const entries = (args as [Node, Node][]).map(([key, value]) => [compile(key), compile(value)] as const);
      return (lookup, budget) =>
        new Map(entries.map(([key, value]) => [key(lookup, budget), value(lookup, budget)]));
    }
    case "call":
      return call(node);
    case "rcall":
      return method(node);
    default:
      return binary(node);
  }
}

function literal(value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  // The parser's unsigned numbers are objects around a bigint.
  if (typeof value === "object" && value !== null && !(value instanceof Uint8Array))
    return Number(String(value));
  return value;
}

function boolean(value: unknown, at: number): boolean {
  if (typeof value === "boolean") return value;
  throw new ConditionError(`wants true or false here, and it is ${kindOf(value)}`, at);
}

/** As CEL has it: what one side decides stands, even when the other fails. */
function shortcut([first, second]: [Node, Node], deciding: boolean): Evaluate {
  const [left, right] = [compile(first), compile(second)];
  return (lookup, budget) => {
    let failure: unknown;
    try {
      if (boolean(left(lookup, budget), first.start) === deciding) return deciding;
    } catch (error) {
      if (error instanceof BudgetError) throw error;
      failure = error;
    }
    if (boolean(right(lookup, budget), second.start) === deciding) return deciding;
    if (failure !== undefined) throw failure;
    return !deciding;
  };
}

function binary(node: Node): Evaluate {
  const operator = BINARY[node.op];
  if (!operator) throw new ConditionError(`uses ${node.op}, which is not known here`, node.pos);
  const [left, right] = (node.args as [Node, Node]).map(compile) as [Evaluate, Evaluate];
  return (lookup, budget) => operator(left(lookup, budget), right(lookup, budget), node.pos, budget);
}

function call(node: Node): Evaluate {
  const [name, args] = node.args as [string, Node[]];
  if (name === "has") {
    const [target, key] = (args[0] as Node).args as [Node, string];
    const evaluate = compile(target);
    return (lookup, budget) => hasMember(evaluate(lookup, budget), key);
  }
  const callable = FUNCTIONS.get(name);
  if (!callable) throw new ConditionError(`does not know the function ${name}`, node.start);
  if (name === "matches") checkPattern(args[1]);
  const values = args.map(compile);
  return (lookup, budget) =>
    callable.call(
      values.map((value) => value(lookup, budget)),
      node.start,
      budget,
    );
}

function method(node: Node): Evaluate {
  const [name, target, args] = node.args as [string, Node, Node[]];
  const callable = METHODS.get(name);
  const [variable, body] = args;
  if (!callable) return macro(name, compile(target), String(variable?.args), compile(body as Node), node.pos);
  if (name === "matches") checkPattern(args[0]);
  const values = [target, ...args].map(compile);
  return (lookup, budget) =>
    callable.call(
      values.map((value) => value(lookup, budget)),
      node.pos,
      budget,
    );
}

/** A pattern that is spelled out is wrong at once, not at the first call. */
function checkPattern(pattern: Node | undefined): void {
  if (pattern?.op === "value" && typeof pattern.args === "string") patternOf(pattern.args, pattern.start);
}

function macro(name: string, target: Evaluate, variable: string, body: Evaluate, at: number): Evaluate {
  return (lookup, budget) => {
    const items = walked(target(lookup, budget), at);
    let item: unknown;
    const inner: Lookup = (wanted) => (wanted === variable ? item : lookup(wanted));
    const evaluate = (candidate: unknown): unknown => {
      budget.spend(at);
      item = candidate;
      return body(inner, budget);
    };
    const holds = (candidate: unknown): boolean => boolean(evaluate(candidate), at);
    switch (name) {
      case "all":
        return items.every(holds);
      case "exists":
        return items.some(holds);
      case "exists_one":
        return items.filter(holds).length === 1;
      case "filter":
        return items.filter(holds);
      default:
        return items.map(evaluate);
    }
  };
}
