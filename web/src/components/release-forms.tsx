/** The forms that open above the actions: a result to answer with, an exception to throw. */
import type { ReactNode } from "react";
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import type { Draft } from "../state/drafts.ts";
import { scanJson } from "../values/json-scan.ts";
import { useApp } from "./context.ts";
import { Icon } from "./icon.tsx";
import { JsonEditor } from "./json-editor.tsx";
import { once } from "./once.ts";
import { togglePanel } from "./panels.ts";

interface FormProps {
  pause: PausedCall;
  draft: Draft;
  isBusy: boolean;
}

export function SkipForm({ pause, draft, isBusy }: FormProps) {
  const { actions } = useApp();
  const { error } = scanJson(draft.result);
  return (
    <Form title="Do not run it; answer with" onCancel={() => togglePanel(actions, pause, "skip")}>
      <JsonEditor
        kind="result"
        label="Result, as JSON"
        text={draft.result}
        onChange={(result) => actions.edit(pause.id, (before) => ({ ...before, result }))}
      />
      <button
        type="button"
        className="button primary"
        disabled={isBusy || error !== null}
        onClick={once(() => actions.skip(pause))}
      >
        <Icon name="skip" /> Skip with this result
      </button>
    </Form>
  );
}

export function ThrowForm({ pause, draft, isBusy }: FormProps) {
  const { actions } = useApp();
  const isPython = pause.call_data.preferred_format === "dill";
  const set = (change: Partial<Draft>) => actions.edit(pause.id, (before) => ({ ...before, ...change }));
  return (
    <Form title="Throw in its place" onCancel={() => togglePanel(actions, pause, "throw")}>
      <div className="throw-fields">
        <label>
          Type
          <input
            type="text"
            value={draft.exceptionType}
            placeholder={isPython ? "Exception" : "Error"}
            onChange={(event) => set({ exceptionType: event.target.value })}
            spellCheck={false}
            autoCapitalize="off"
            autoComplete="off"
            data-editor="throw"
          />
        </label>
        <label>
          Message
          <input
            type="text"
            value={draft.exceptionMessage}
            onChange={(event) => set({ exceptionMessage: event.target.value })}
            autoComplete="off"
          />
        </label>
      </div>
      <button
        type="button"
        className="button primary"
        disabled={isBusy}
        onClick={once(() => actions.throwInstead(pause))}
      >
        <Icon name="throw" /> Throw it
      </button>
    </Form>
  );
}

function Form({ title, onCancel, children }: { title: string; onCancel: () => void; children: ReactNode }) {
  return (
    <section className="release-form" aria-label={title}>
      <header>
        <h3>{title}</h3>
        <span className="space" />
        <button type="button" className="link" onClick={onCancel}>
          Cancel <kbd>Esc</kbd>
        </button>
      </header>
      {children}
    </section>
  );
}
