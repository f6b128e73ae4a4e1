/** Conditions: CEL (https://cel.dev) without effects and within bounds. */
export { Budget } from "./budget.ts";
export { compileExpression, truth } from "./compile.ts";
export { ConditionError } from "./errors.ts";
export { loadLibraries } from "./libraries.ts";
export { isEqual } from "./operators.ts";
export { compilePattern } from "./patterns.ts";
export { compileTemplate, type Template } from "./template.ts";
export { type Compiled, type Lookup, Unreadable, type Vocabulary } from "./types.ts";
