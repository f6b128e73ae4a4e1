/** What `break add` was told, as a rule or a plain breakpoint; and what the server finds wrong, in words of the options. */
import type { RuleActionRequest, RuleProblem, RuleRequest } from "../protocol/rules.ts";
import { UsageError } from "./errors.ts";
import { fateOf } from "./fate.ts";
import { assignmentsOf, jsonOf, placed } from "./given-values.ts";
import type { Values } from "./options.ts";
import { printable } from "./printable.ts";

export const WHENS = ["before", "result", "exception", "after", "mutation", "any"] as const;

export const ADD_OPTIONS = {
  if: {
    kind: "text",
    value: "CONDITION",
    help: "Only calls this CEL expression is true for: 'args[0].amount > 100'",
  },
  when: {
    kind: "choice",
    choices: WHENS,
    help: "before (default), result, exception, after (either), mutation (an argument differs after it), any (before and after)",
  },
  glob: {
    kind: "flag",
    help: "FUNCTION is a glob: * any letters, ? one. Understood by itself when it has a *",
  },
  regex: { kind: "flag", help: "FUNCTION is a regular expression" },
  count: { kind: "text", value: "TEST", help: "Which of the calls that match: '== 3', '> 10', '% 100'" },
  once: { kind: "flag", help: "Acts once" },
  times: { kind: "number", value: "N", min: 1, max: 1_000_000_000, whole: true, help: "Acts N times" },
  for: { kind: "number", value: "SECONDS", min: 0, max: 1_000_000_000, help: "Holds so long" },
  value: { kind: "text", value: "JSON", help: "Only calls with this value in an argument or the result" },
  cid: {
    kind: "text",
    value: "CID",
    help: "Only calls with the value of this CID in an argument or the result",
  },
  process: { kind: "text", value: "PROCESS", help: "Only in this process: its key or pid" },
  program: {
    kind: "text",
    value: "PATH",
    help: "Only in this program: its script, or the end of its path; a glob",
  },
  page: { kind: "text", value: "URL", help: "Only in this page; a glob" },
  caller: {
    kind: "text",
    value: "PLACE",
    help: "Only when called from this function, file or file:line; a glob",
  },
  alias: { kind: "text", value: "NAME", help: "Only methods of what the program called so; a glob" },
  log: { kind: "text", value: "TEMPLATE", help: "Do not pause, write a message: 'paid {args[0].amount}'" },
  return: {
    kind: "text",
    value: "JSON",
    help: "Do not pause: answer this, without running it (after it: instead)",
  },
  throw: { kind: "text", value: "MESSAGE", help: "Do not pause: throw this" },
  type: { kind: "text", value: "NAME", help: "Type of what --throw throws, such as ValueError or TypeError" },
  set: {
    kind: "list",
    value: "NAME=JSON",
    help: "Do not pause: run it with this argument, by place (0) or name. May be repeated",
  },
  delay: { kind: "number", value: "SECONDS", min: 0, max: 3_600, help: "Do not pause: hold it back so long" },
  replace: { kind: "text", value: "FUNCTION", help: "Do not pause: run this function instead" },
  max: {
    kind: "number",
    value: "N",
    min: 1,
    max: 1_000_000,
    whole: true,
    help: "Pauses a second before the rest runs free (flood guard)",
  },
  id: { kind: "text", value: "ID", help: "Call it so; one of that id is replaced" },
  note: { kind: "text", value: "TEXT", help: "A note" },
  disabled: { kind: "flag", help: "Add it switched off" },
} as const;

export type AddValues = Values<typeof ADD_OPTIONS>;

/** Nothing but a name: that is the contract's breakpoint, which every client and page knows. */
export function isPlain(values: AddValues, name: string): boolean {
  const isGiven = (value: unknown) =>
    value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
  return (
    !name.includes("*") && Object.keys(ADD_OPTIONS).every((key) => !isGiven(values[key as keyof AddValues]))
  );
}

/** Throws a UsageError for options that exclude each other. */
export function requestOf(values: AddValues, name: string, signature: string | number | null): RuleRequest {
  if (values.glob && values.regex) throw new UsageError("--glob and --regex exclude each other");
  if (values.once && values.times !== undefined)
    throw new UsageError("--once and --times exclude each other");
  if (values.value !== undefined && values.cid !== undefined)
    throw new UsageError("--value and --cid exclude each other");
  const { process, program, page, caller, alias } = values;
  const scope = Object.fromEntries(
    Object.entries({ process, program, page, caller, alias }).filter(([, text]) => text !== undefined),
  );
  const hasValue = values.value !== undefined || values.cid !== undefined;
  return {
    function: name,
    match: values.regex ? "regex" : values.glob || name.includes("*") ? "glob" : "name",
    // Looking for a value means looking everywhere.
    when: values.when ?? (hasValue ? "any" : "before"),
    ...(Object.keys(scope).length > 0 ? { scope } : {}),
    ...(values.if === undefined ? {} : { condition: values.if }),
    ...(values.count === undefined ? {} : { count: values.count }),
    ...(values.once ? { one_shot: true } : {}),
    ...(values.times === undefined ? {} : { ignore_after: values.times }),
    ...(values.for === undefined ? {} : { expires_in: values.for }),
    ...(values.value === undefined ? {} : { value: { equals: jsonOf("--value", values.value) } }),
    ...(values.cid === undefined ? {} : { value: { cid: values.cid } }),
    ...(values.max === undefined ? {} : { max_per_second: values.max }),
    ...(values.id === undefined ? {} : { id: values.id }),
    ...(values.note === undefined ? {} : { note: values.note }),
    ...(values.disabled ? { enabled: false } : {}),
    action: actionOf(values, signature),
  };
}

function actionOf(values: AddValues, signature: string | number | null): RuleActionRequest {
  const { log, delay, replace } = values;
  switch (fateOf(values, ["log", "delay"])) {
    case "log":
      return { type: "log", template: log ?? "" };
    case "return": {
      const isAfter = values.when !== undefined && values.when !== "before";
      return { type: isAfter ? "rewrite" : "skip", result: jsonOf("--return", values.return ?? "null") };
    }
    case "throw":
      return { type: "raise", exception_type: values.type ?? null, exception_message: values.throw ?? "" };
    case "set": {
      const { args, kwargs } = placed(assignmentsOf(values.set), { signature, count: null, kwargs: [] });
      return {
        type: "modify",
        ...(args.size > 0 ? { args: Object.fromEntries(args) } : {}),
        ...(kwargs.size > 0 ? { kwargs: Object.fromEntries(kwargs) } : {}),
      };
    }
    case "delay":
      return { type: "delay", seconds: delay ?? 0 };
    case "replace":
      return { type: "replace", function_name: replace ?? "" };
    default:
      return { type: "pause" };
  }
}

/** Which option a field of the API was given by. */
const OPTION_OF: Readonly<Record<string, string>> = {
  function: "FUNCTION",
  condition: "--if",
  count: "--count",
  template: "--log",
  value: "--value",
  action: "--when",
  id: "--id",
  max_per_second: "--max",
};

/** What the server found wrong, said of the options; with the place, where there is one. */
export function inOptions({ field, message, column }: RuleProblem, request: RuleRequest): string {
  const option = OPTION_OF[field] ?? `--${field.replace(/^(scope|action)\./, "")}`;
  const given = field === "function" ? request.function : field === "condition" ? request.condition : null;
  const shown = given == null ? option : `${option} "${printable(given)}"`;
  return `${shown} ${printable(message)}${column === null ? "" : ` (column ${column})`}`;
}

/** The expression with a mark under the place, for a person at a terminal. */
export function pointedAt({ field, column }: RuleProblem, request: RuleRequest): string[] {
  const text = {
    condition: request.condition,
    template: request.action?.template,
    function: request.function,
  }[field];
  if (column === null || text == null || /\p{Cc}/u.test(text)) return [];
  return [`  ${printable(text)}`, `  ${" ".repeat(Bun.stringWidth(text.slice(0, column - 1)))}^`];
}
