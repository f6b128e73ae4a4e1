/** Breakpoints and rules: what pauses, and what happens by itself. */
import { Breakpoints } from "../components/breakpoints.tsx";
import { useSelector } from "../components/context.ts";
import { focusNow } from "../components/focus.ts";
import { Icon } from "../components/icon.tsx";
import { router, useQuery } from "../router.ts";
import { useCommands } from "../shell/commands.ts";
import { draftOf, emptyRule, parseDraft, type RuleDraft } from "./rule-draft.ts";
import { RuleEditor } from "./rule-editor.tsx";
import { RuleList } from "./rule-list.tsx";
import { Transfer } from "./transfer.tsx";

export function RulesPage() {
  const rules = useSelector((state) => state.rules);
  const asked = useQuery("new");
  const id = useQuery("rule");
  const chosen = rules.find((rule) => rule.id === id) ?? null;
  const draft: RuleDraft | null = asked !== "" ? parseDraft(asked) : chosen && draftOf(chosen);
  const startNew = () => {
    router.set({ new: JSON.stringify(emptyRule), rule: null }, "push");
    focusNow(".rule-form input");
  };
  const close = () => router.set({ new: null, rule: null });
  useCommands([{ id: "new-rule", title: "New rule", group: "Page", keys: ["Shift+N"], run: startNew }]);

  return (
    <div className="page rules-page">
      <div className="rules-side">
        <section className="rules" aria-labelledby="rules-title">
          <header className="section-title">
            <h2 id="rules-title">Rules</h2>
            <span className="rules-tools">
              <Transfer />
              <button type="button" className="button small" onClick={startNew}>
                <Icon name="plus" /> New rule <kbd>N</kbd>
              </button>
            </span>
          </header>
          <RuleList rules={rules} chosen={chosen?.id ?? null} />
        </section>
        <Breakpoints />
      </div>
      {draft ? (
        <RuleEditor key={asked || id} draft={draft} rule={asked === "" ? chosen : null} onClose={close} />
      ) : (
        <p className="empty rules-hint">
          A breakpoint pauses a function, always. A rule looks at the call first: at its arguments, its
          caller, its result, how often it came. It pauses, or answers, throws, delays or logs by itself while
          nobody is there. Choose one, or make a new one. From a call: point at a value and take “pause when
          this comes again”.
        </p>
      )}
    </div>
  );
}
