/** What a rule does, with what it needs for that. */
import { useState } from "preact/compat";
import type { RuleAction } from "../../../src/protocol/rules.ts";
import { JsonNote, jsonProblems } from "../detail/text-edit.tsx";
import { CodeEditor } from "../values/editor/code-editor.tsx";

interface ActionFieldsProps {
  action: RuleAction;
  onChange: (action: RuleAction) => void;
  /** Tells that what is typed is not JSON yet. */
  onBroken: (isBroken: boolean) => void;
}

export function ActionFields({ action, onChange, onBroken }: ActionFieldsProps) {
  switch (action.type) {
    case "log":
      return (
        <Text
          label="Text, with expressions in braces"
          value={action.template}
          onChange={(template) => onChange({ ...action, template })}
        />
      );
    case "skip":
    case "rewrite":
      return (
        <Json
          label="Result, as JSON"
          value={action.result ?? null}
          onChange={(result) => onChange({ ...action, result })}
          onBroken={onBroken}
        />
      );
    case "raise":
      return (
        <div className="throw-fields">
          <Text
            label="Type"
            value={action.exception_type ?? ""}
            onChange={(exception_type) => onChange({ ...action, exception_type })}
          />
          <Text
            label="Message"
            value={action.exception_message ?? ""}
            onChange={(exception_message) => onChange({ ...action, exception_message })}
          />
        </div>
      );
    case "modify":
      return (
        <Json
          label='New arguments by place or name: {"0": 5, "dryRun": true}'
          value={{ ...action.args, ...action.kwargs }}
          onChange={(value) => onChange({ type: "modify", ...placed(value) })}
          onBroken={onBroken}
        />
      );
    case "delay":
      return (
        <label className="field">
          Seconds
          <input
            type="number"
            min={0}
            max={3600}
            step={0.1}
            value={action.seconds}
            onChange={(event) => onChange({ ...action, seconds: Number(event.currentTarget.value) })}
          />
        </label>
      );
    case "replace":
      return (
        <Text
          label="Function to run instead"
          value={action.function_name}
          onChange={(function_name) => onChange({ ...action, function_name })}
        />
      );
    default:
      return null;
  }
}

/** Numbers are places, words are names. */
function placed(value: unknown): { args?: Record<string, unknown>; kwargs?: Record<string, unknown> } {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const args = entries.filter(([key]) => /^\d+$/.test(key));
  const kwargs = entries.filter(([key]) => !/^\d+$/.test(key));
  return {
    ...(args.length > 0 ? { args: Object.fromEntries(args) } : {}),
    ...(kwargs.length > 0 ? { kwargs: Object.fromEntries(kwargs) } : {}),
  };
}

interface TextProps {
  label: string;
  value: string;
  placeholder?: string;
  list?: string;
  onChange: (value: string) => void;
}

export function Text({ label, value, placeholder, list, onChange }: TextProps) {
  return (
    <label className="field">
      {label}
      <input
        type="text"
        value={value}
        placeholder={placeholder}
        list={list}
        onChange={(event) => onChange(event.currentTarget.value)}
        spellcheck={false}
        autoCapitalize="off"
        autoComplete="off"
      />
    </label>
  );
}

interface JsonProps {
  label: string;
  value: unknown;
  onChange: (value: unknown) => void;
  onBroken: (isBroken: boolean) => void;
}

function Json({ label, value, onChange, onBroken }: JsonProps) {
  const [text, setText] = useState(() => JSON.stringify(value, null, 2));
  const change = (now: string) => {
    setText(now);
    const isBroken = jsonProblems(now).length > 0;
    onBroken(isBroken);
    if (!isBroken) onChange(JSON.parse(now));
  };
  return (
    <div className="field">
      <span>{label}</span>
      <CodeEditor
        text={text}
        label={label}
        language="json"
        kind="result"
        className="small"
        onChange={change}
        check={jsonProblems}
      />
      <JsonNote text={text} />
    </div>
  );
}
