/** The rules in their order: the first that meets a call decides. */
import type { Rule, RuleRequest } from "../../../src/protocol/rules.ts";
import { useApp } from "../components/context.ts";
import { Icon, type IconName } from "../components/icon.tsx";
import { Name, Shown } from "../components/shown.tsx";
import { router } from "../router.ts";
import { plainText } from "../values/visible-text.ts";
import { actionText, cleaned, draftOf, WHEN_TEXT } from "./rule-draft.ts";
import { rulesApi } from "./rules-api.ts";

const ICONS: Record<Rule["action"]["type"], IconName> = {
  pause: "pause",
  log: "rule",
  skip: "skip",
  raise: "throw",
  modify: "edited",
  delay: "clock",
  replace: "replace",
  rewrite: "edited",
};

export function RuleList({ rules, chosen }: { rules: readonly Rule[]; chosen: string | null }) {
  if (rules.length === 0) return <p className="hint">There is no rule yet.</p>;
  return (
    <ul className="rows">
      {rules.map((rule) => (
        <RuleRow key={rule.id} rule={rule} isChosen={rule.id === chosen} />
      ))}
    </ul>
  );
}

function RuleRow({ rule, isChosen }: { rule: Rule; isChosen: boolean }) {
  const { actions } = useApp();
  const isOn = rule.state === "active";
  const name = plainText(rule.note || rule.function, 60);
  const enable = (enabled: boolean) => rulesApi.change(rule.id, { enabled });
  const mute = () =>
    void actions.tell(enable(!rule.enabled), {
      before: rule.enabled ? "Muted the rule" : "Switched on the rule",
      name,
      undo: () => void actions.tell(enable(rule.enabled)),
    });
  const remove = () =>
    void actions.tell(rulesApi.remove(rule.id), {
      before: "Removed the rule",
      name,
      undo: () => void actions.tell(rulesApi.set(cleaned(draftOf(rule)) as RuleRequest)),
    });
  return (
    <li className="rule-row" data-rule={rule.id} data-on={isOn} data-chosen={isChosen}>
      <button
        type="button"
        className="rule-main"
        aria-current={isChosen}
        onClick={() => router.set({ rule: rule.id, new: null }, "push")}
      >
        <Icon name={ICONS[rule.action.type]} className={isOn ? "" : "dim"} />
        <span className="rule-words">
          <span className="rule-what">
            <Name className="rule-function" text={rule.function} />
            <span className="dim">{WHEN_TEXT[rule.when]}</span>
          </span>
          <span className="rule-how">
            <Shown text={actionText(rule.action)} />
            {rule.condition !== null && (
              <>
                {" when "}
                <Shown text={rule.condition} />
              </>
            )}
            {rule.value !== null && " when this value comes"}
            {rule.count !== null && ` · ${rule.count}`}
          </span>
          {rule.note !== "" && (
            <span className="rule-note">
              <Shown text={rule.note} />
            </span>
          )}
          {rule.last_error !== null && (
            <span className="rule-note bad">
              <Icon name="warning" /> <Shown text={rule.last_error} />
            </span>
          )}
        </span>
        <span className="rule-hits" title={`${rule.hits} calls reached it, ${rule.matches} matched`}>
          {rule.state === "active"
            ? `${rule.acted.toLocaleString("en-US")} of ${rule.hits.toLocaleString("en-US")}`
            : rule.state}
        </span>
      </button>
      <button
        type="button"
        className="button icon-only quiet"
        aria-pressed={!rule.enabled}
        aria-label={`${rule.enabled ? "Mute" : "Switch on"} rule ${name}`}
        title={rule.enabled ? "Mute: it stays, and does nothing" : "Switch on"}
        onClick={mute}
      >
        <Icon name={rule.enabled ? "mute" : "play"} />
      </button>
      <button
        type="button"
        className="button icon-only quiet"
        aria-label={`Remove rule ${name}`}
        title="Remove"
        onClick={remove}
      >
        <Icon name="cross" />
      </button>
    </li>
  );
}
