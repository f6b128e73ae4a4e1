/** A rule being written: which calls, at which moment, and what then. */
import { useId, useState } from "preact/compat";
import type { MatchKind, Rule, RuleWhen } from "../../../src/protocol/rules.ts";
import { reasonOf } from "../api.ts";
import { useSelector } from "../components/context.ts";
import { Icon } from "../components/icon.tsx";
import { Shown } from "../components/shown.tsx";
import { router } from "../router.ts";
import { useCommands } from "../shell/commands.ts";
import { ActionFields, Text } from "./action-fields.tsx";
import { ConditionField } from "./condition-field.tsx";
import { ACTION_TEXT, actionsFor, cleaned, newAction, type RuleDraft, WHEN_TEXT } from "./rule-draft.ts";
import { RulePreview } from "./rule-preview.tsx";
import { rulesApi } from "./rules-api.ts";
import { useSeenKeys } from "./seen-keys.ts";

interface RuleEditorProps {
  draft: RuleDraft;
  /** The one that is changed; null for a new one. */
  rule: Rule | null;
  onClose: () => void;
}

const MATCHES: readonly (readonly [MatchKind, string])[] = [
  ["name", "is named"],
  ["glob", "is like"],
  ["regex", "matches"],
];

export function RuleEditor({ draft: first, rule, onClose }: RuleEditorProps) {
  const [draft, setDraft] = useState(first);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBroken, setBroken] = useState(false);
  const listId = useId();
  const functions = useSelector((state) => state.functions);
  const seen = useSeenKeys(draft.function.trim());
  const set = (change: Partial<RuleDraft>) => setDraft((before) => ({ ...before, ...change }));
  const when = draft.when ?? "before";
  const action = draft.action ?? { type: "pause" as const };
  const kinds = actionsFor(when);

  const setWhen = (now: RuleWhen) => {
    const isPossible = actionsFor(now).includes(action.type);
    set({ when: now, ...(isPossible ? {} : { action: { type: "pause" } }) });
  };
  const save = async () => {
    if (isBroken) return;
    try {
      const saved = await rulesApi.set(cleaned(draft));
      setProblem(null);
      router.set({ rule: saved.id, new: null });
    } catch (error) {
      setProblem(reasonOf(error));
    }
  };
  useCommands([
    {
      id: "save-rule",
      title: "Save the rule",
      group: "Page",
      keys: ["$mod+Enter", "Control+Enter"],
      isGlobal: true,
      run: () => void save(),
    },
  ]);

  return (
    <section className="rule-editor" aria-label={rule ? "Rule" : "New rule"}>
      <header className="rule-title">
        <h2>{rule ? "Rule" : "New rule"}</h2>
        {rule && <span className="note code">{rule.id}</span>}
        <span className="space" />
        <button
          type="button"
          className="button icon-only quiet"
          aria-label="Close"
          title="Close"
          onClick={onClose}
        >
          <Icon name="cross" />
        </button>
      </header>
      <div className="rule-form">
        <div className="rule-line">
          <label className="field narrow">
            A function that
            <select
              value={draft.match ?? "name"}
              onChange={(event) => set({ match: event.currentTarget.value as MatchKind })}
            >
              {MATCHES.map(([value, text]) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </select>
          </label>
          <Text
            label="Function"
            value={draft.function}
            placeholder={draft.match === "glob" ? "tools.*" : "tools.issueRefund"}
            list={listId}
            onChange={(name) => set({ function: name })}
          />
          <datalist id={listId}>
            {functions.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </div>
        <label className="field">
          Moment
          <select value={when} onChange={(event) => setWhen(event.currentTarget.value as RuleWhen)}>
            {Object.entries(WHEN_TEXT).map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </label>
        <div className="field">
          <span>Condition</span>
          <ConditionField
            text={draft.condition ?? ""}
            when={when}
            seen={seen}
            onChange={(condition) => set({ condition: condition.trim() === "" ? null : condition })}
          />
        </div>
        {draft.value != null && <ValueField draft={draft} onClear={() => set({ value: null })} />}
        <label className="field">
          Then
          <select
            value={action.type}
            onChange={(event) => set({ action: newAction(event.currentTarget.value as typeof action.type) })}
          >
            {kinds.map((kind) => (
              <option key={kind} value={kind}>
                {ACTION_TEXT[kind]}
              </option>
            ))}
          </select>
        </label>
        <ActionFields
          key={action.type}
          action={action}
          onChange={(changed) => set({ action: changed })}
          onBroken={setBroken}
        />
        <More draft={draft} set={set} />
        <Text
          label="Note"
          value={draft.note ?? ""}
          placeholder="Why it is there"
          onChange={(note) => set({ note })}
        />
        {problem !== null && (
          <p className="bad" role="alert">
            <Icon name="warning" /> <Shown text={problem} />
          </p>
        )}
        <footer className="rule-foot">
          <button
            type="button"
            className="button confirm"
            disabled={draft.function.trim() === "" || isBroken}
            onClick={() => void save()}
          >
            <Icon name="check" /> {rule ? "Save" : "Add rule"}
          </button>
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
        </footer>
      </div>
      <RulePreview draft={draft} />
    </section>
  );
}

function ValueField({ draft, onClear }: { draft: RuleDraft; onClear: () => void }) {
  const { value } = draft;
  if (!value) return null;
  const text =
    "cid" in value ? `the very same: ${value.cid.slice(0, 16)}…` : JSON.stringify(value.equals).slice(0, 300);
  return (
    <div className="field">
      <span>A value of the call is, or holds</span>
      <p className="rule-value">
        <code>
          <Shown text={text} />
        </code>
        <button type="button" className="link" onClick={onClear}>
          Any value
        </button>
      </p>
    </div>
  );
}

const SCOPES = [
  ["caller", "Called from", "handleTicket, agent.ts or agent.ts:88"],
  ["program", "In the program", "jobs/nightly.ts"],
  ["process", "In the process", "a pid"],
  ["page", "On the page", "http://localhost:3000/cart*"],
  ["alias", "Of the object", "tools"],
] as const;

/** What most rules do without. */
function More({ draft, set }: { draft: RuleDraft; set: (change: Partial<RuleDraft>) => void }) {
  // As it was when the editor opened: a section that closed itself while something is deleted would be a nuisance.
  const [isUsed] = useState(
    () =>
      Object.values(draft.scope ?? {}).some(Boolean) ||
      !!(draft.count || draft.one_shot || draft.ignore_after || draft.max_per_second),
  );
  const whole = (text: string) => (/^[1-9]\d*$/.test(text) ? Number(text) : null);
  return (
    <details open={isUsed}>
      <summary>Where, how often, how long</summary>
      <div className="rule-more">
        {SCOPES.map(([name, label, placeholder]) => (
          <Text
            key={name}
            label={label}
            placeholder={placeholder}
            value={draft.scope?.[name] ?? ""}
            onChange={(text) => set({ scope: { ...draft.scope, [name]: text === "" ? null : text } })}
          />
        ))}
        <Text
          label="Which of the calls that match"
          placeholder="== 3, >= 10, % 100"
          value={draft.count ?? ""}
          onChange={(count) => set({ count: count === "" ? null : count })}
        />
        <Text
          label="At most so many times"
          value={draft.ignore_after == null ? "" : String(draft.ignore_after)}
          onChange={(text) => set({ ignore_after: whole(text) })}
        />
        <Text
          label="Pauses a second, at most"
          value={draft.max_per_second == null ? "" : String(draft.max_per_second)}
          onChange={(text) => set({ max_per_second: whole(text) })}
        />
        <label className="check">
          <input
            type="checkbox"
            checked={draft.one_shot === true}
            onChange={(event) => set({ one_shot: event.currentTarget.checked })}
          />
          once, then it is spent
        </label>
      </div>
    </details>
  );
}
