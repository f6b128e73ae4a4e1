/** The condition of a rule: an expression with completion, checked by the server while it is written. */
import type { RuleWhen } from "../../../src/protocol/rules.ts";
import { CodeEditor } from "../values/editor/code-editor.tsx";
import type { Problem, Suggestion, Suggestions } from "../values/editor/editor-types.ts";
import { rulesApi } from "./rules-api.ts";

/** What a condition may ask about. */
const FIELDS: readonly Suggestion[] = [
  { label: "args", detail: "positional arguments", type: "variable" },
  { label: "kwargs", detail: "keyword arguments", type: "variable" },
  { label: "target", detail: "what the method was called on", type: "variable" },
  { label: "result", detail: "after the call", type: "variable" },
  { label: "error", detail: "type and message, when it threw", type: "variable" },
  { label: "caller", detail: "function, file, line", type: "variable" },
  { label: "process", detail: "key, pid, page", type: "variable" },
  { label: "name", detail: "of the function", type: "variable" },
  { label: "duration_ms", detail: "after the call", type: "variable" },
  { label: "hits", detail: "calls that reached this rule", type: "variable" },
];
const MEMBERS: Readonly<Record<string, readonly Suggestion[]>> = {
  error: ["type", "message"].map((label) => ({ label, type: "property" })),
  caller: ["function", "file", "line"].map((label) => ({ label, type: "property" })),
  process: ["key", "pid", "page", "program"].map((label) => ({ label, type: "property" })),
};
const FUNCTIONS: readonly Suggestion[] = [
  { label: "size", apply: "size(", detail: "length of text, list, map", type: "function" },
  { label: "has", apply: "has(", detail: "whether a field is there", type: "function" },
  { label: "startsWith", apply: "startsWith(", detail: "text begins with", type: "function" },
  { label: "endsWith", apply: "endsWith(", detail: "text ends with", type: "function" },
  { label: "contains", apply: "contains(", detail: "text holds", type: "function" },
  { label: "matches", apply: "matches(", detail: "a regular expression", type: "function" },
  { label: "exists", apply: "exists(x, ", detail: "for any element", type: "function" },
  { label: "all", apply: "all(x, ", detail: "for every element", type: "function" },
  { label: "true", type: "keyword" },
  { label: "false", type: "keyword" },
  { label: "null", type: "keyword" },
];

/** Keys that values of the function were seen with, by what stands before the dot. */
export type SeenKeys = ReadonlyMap<string, readonly string[]>;

export function suggestCondition(text: string, at: number, seen: SeenKeys): Suggestions | null {
  const before = text.slice(0, at);
  const member = /([\w.[\]]+)\.(\w*)$/.exec(before);
  if (member) {
    const [, path = "", typed = ""] = member;
    const known = (seen.get(path) ?? []).map((label): Suggestion => ({ label, type: "property" }));
    const options = [
      ...known,
      ...(MEMBERS[path] ?? []),
      ...FUNCTIONS.filter(({ type }) => type === "function").slice(2),
    ];
    return { from: at - typed.length, options };
  }
  const word = /[A-Za-z_]\w*$/.exec(before)?.[0] ?? "";
  return word === ""
    ? null
    : {
        from: at - word.length,
        options: [
          ...FIELDS,
          ...FUNCTIONS.filter(({ label }) => !/With|contains|matches|exists|all/.test(label)),
        ],
      };
}

interface ConditionFieldProps {
  text: string;
  when: RuleWhen;
  seen: SeenKeys;
  onChange: (text: string) => void;
}

export function ConditionField({ text, when, seen, onChange }: ConditionFieldProps) {
  const check = async (now: string): Promise<Problem[]> => {
    if (now.trim() === "") return [];
    const { problems } = await rulesApi.check({ condition: now, when }).catch(() => ({ problems: [] }));
    return problems
      .filter(({ field }) => field === "condition")
      .map(({ message, column }) => {
        const from = column === null ? 0 : column - 1;
        return { from, to: column === null ? now.length : from + 1, message, severity: "error" as const };
      });
  };
  return (
    <CodeEditor
      text={text}
      label="Condition"
      language="expression"
      kind="condition"
      className="one-line"
      placeholder="args[0].amount > 200"
      onChange={onChange}
      check={check}
      suggest={(now, at) => suggestCondition(now, at, seen)}
    />
  );
}
