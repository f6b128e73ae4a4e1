/** The forms that open above the actions: a result to answer with, an exception to throw, a function to run instead. */
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/compat";
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import { useApp, useSelector } from "../components/context.ts";
import { Icon } from "../components/icon.tsx";
import { onlyOnce } from "../components/once.ts";
import { SUBMIT_KEY } from "../components/platform.ts";
import type { Draft } from "../state/drafts.ts";
import { errorIn } from "../state/slots.ts";
import { CodeEditor } from "../values/editor/code-editor.tsx";
import { plainText } from "../values/visible-text.ts";
import { togglePanel } from "./panels.ts";
import { JsonNote, jsonProblems } from "./text-edit.tsx";

interface FormProps {
  pause: PausedCall;
  draft: Draft;
  isBusy: boolean;
}

export function SkipForm({ pause, draft, isBusy }: FormProps) {
  const { actions } = useApp();
  const others = useOthers(pause);
  const isAfter = pause.call_data.pause_when === "after";
  const title = isAfter ? "Answer with another result" : "Do not run it; answer with";
  return (
    <Form
      title={title}
      onCancel={() => togglePanel(actions, pause, "skip")}
      onSend={() => actions.skip(pause, others.chosen)}
    >
      <CodeEditor
        text={draft.result}
        label="Result, as JSON"
        language="json"
        kind="result"
        className="small"
        autoFocus
        isSelected
        onChange={(result) => actions.edit(pause.id, (before) => ({ ...before, result }))}
        check={jsonProblems}
      />
      <JsonNote text={draft.result} />
      <footer>
        <button
          type="submit"
          className="button primary"
          disabled={isBusy || errorIn(draft.result) !== null}
          onClick={onlyOnce}
        >
          <Icon name="skip" /> {isAfter ? "Answer with this result" : "Skip with this result"}{" "}
          <kbd>{SUBMIT_KEY}</kbd>
        </button>
        <Others {...others} />
      </footer>
    </Form>
  );
}

export function ThrowForm({ pause, draft, isBusy }: FormProps) {
  const { actions } = useApp();
  const others = useOthers(pause);
  const isPython = pause.call_data.preferred_format === "dill";
  const set = (change: Partial<Draft>) => actions.edit(pause.id, (before) => ({ ...before, ...change }));
  return (
    <Form
      title="Throw in its place"
      onCancel={() => togglePanel(actions, pause, "throw")}
      onSend={() => actions.throwInstead(pause, others.chosen)}
    >
      <div className="throw-fields">
        <label>
          Type
          <input
            type="text"
            value={draft.exceptionType}
            placeholder={isPython ? "Exception" : "Error"}
            onChange={(event) => set({ exceptionType: event.currentTarget.value })}
            spellcheck={false}
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
            onChange={(event) => set({ exceptionMessage: event.currentTarget.value })}
            autoComplete="off"
          />
        </label>
      </div>
      <footer>
        <button type="submit" className="button primary" disabled={isBusy} onClick={onlyOnce}>
          <Icon name="throw" /> Throw it <kbd>⏎</kbd>
        </button>
        <Others {...others} />
      </footer>
    </Form>
  );
}

export function ReplaceForm({ pause, draft, isBusy }: FormProps) {
  const { actions } = useApp();
  const id = useId();
  const functions = useSelector((state) => state.functions);
  const own = pause.call_data.method_name;
  const known = functions.filter((name) => name !== own);
  const name = draft.replacement.trim();
  return (
    <Form
      title="Run another function in its place"
      onCancel={() => togglePanel(actions, pause, "replace")}
      onSend={() => actions.replace(pause)}
    >
      <label>
        Function
        <input
          type="text"
          value={draft.replacement}
          list={id}
          onChange={(event) =>
            actions.edit(pause.id, (before) => ({ ...before, replacement: event.currentTarget.value }))
          }
          spellcheck={false}
          autoCapitalize="off"
          autoComplete="off"
          data-editor="replace"
        />
        <datalist id={id}>
          {known.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      </label>
      <p className="note">
        {known.length === 0
          ? "No other function is known: a program makes one known when it wraps it."
          : "It is called with the same arguments; its signature must fit, or the call stays paused."}
      </p>
      <footer>
        <button
          type="submit"
          className="button primary"
          disabled={isBusy || !known.includes(name)}
          onClick={onlyOnce}
        >
          <Icon name="replace" /> Run {known.includes(name) ? plainText(name, 60) : "it"} instead <kbd>⏎</kbd>
        </button>
      </footer>
    </Form>
  );
}

interface OthersProps {
  all: readonly PausedCall[];
  chosen: readonly PausedCall[];
  isChosen: boolean;
  choose: (isChosen: boolean) => void;
}

const NONE: readonly PausedCall[] = [];

/** Other paused calls of the same function at the same moment, which can be released the same way. */
function useOthers(pause: PausedCall): OthersProps {
  const [isChosen, choose] = useState(false);
  const pauses = useSelector((state) => state.pauses);
  const { method_name, pause_when } = pause.call_data;
  const all = pauses.filter(
    ({ id, call_data }) =>
      id !== pause.id && call_data.method_name === method_name && call_data.pause_when === pause_when,
  );
  return { all, chosen: isChosen ? all : NONE, isChosen, choose };
}

function Others({ all, isChosen, choose }: OthersProps) {
  if (all.length === 0) return null;
  return (
    <label className="check">
      <input type="checkbox" checked={isChosen} onChange={(event) => choose(event.currentTarget.checked)} />
      and the {all.length === 1 ? "other paused call" : `${all.length} other paused calls`} of this function
    </label>
  );
}

interface FormFrameProps {
  title: string;
  onCancel: () => void;
  /** Its button, or Enter in a field of one line. */
  onSend: () => void;
  children: ComponentChildren;
}

function Form({ title, onCancel, onSend, children }: FormFrameProps) {
  return (
    <form
      className="release-form"
      aria-label={title}
      onSubmit={(event) => {
        event.preventDefault();
        onSend();
      }}
    >
      <header>
        <h3>{title}</h3>
        <span className="space" />
        <button type="button" className="link" onClick={onCancel}>
          Cancel <kbd>Esc</kbd>
        </button>
      </header>
      {children}
    </form>
  );
}
