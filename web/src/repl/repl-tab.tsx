/** A console in the program, beside the call that waits there. */
import { useEffect, useMemo, useRef } from "preact/compat";
import type { PausedCall, ReplEvalResponse } from "../../../src/protocol/pauses.ts";
import { useSelector } from "../components/context.ts";
import { Icon } from "../components/icon.tsx";
import { Shown } from "../components/shown.tsx";
import type { CallModel } from "../detail/call-model.ts";
import { textOfValue } from "../detail/call-roots.ts";
import { KeptValue } from "../detail/kept-value.tsx";
import { slotsOf } from "../state/slots.ts";
import { CodeEditor } from "../values/editor/code-editor.tsx";
import { useValueTexts } from "../values/value-texts.ts";
import { type KnownValue, suggest } from "./completion.ts";
import type { Evaluation } from "./evaluations.ts";
import { clearConsole, evaluate, history, loadTranscript, typeInConsole, useConsole } from "./repl-store.ts";

export function ReplTab({ call, pause }: { call: CallModel; pause: PausedCall | null }) {
  const isWaiting = useSelector((state) => pause !== null && state.pauses.some(({ id }) => id === pause.id));
  if (!pause) {
    return (
      <p className="empty">
        Code runs in the program while a call waits there. This call has ended: what was evaluated beside it
        is in the transcripts.
      </p>
    );
  }
  return <Repl call={call} pause={pause} isWaiting={isWaiting} />;
}

function Repl({ call, pause, isWaiting }: { call: CallModel; pause: PausedCall; isWaiting: boolean }) {
  const { evaluations, typed } = useConsole(pause.id);
  const end = useRef<HTMLDivElement>(null);
  const recalled = useRef<{ at: number; draft: string }>({ at: -1, draft: "" });
  const language = call.isPython ? "python" : "javascript";
  const values = useKnownValues(call, pause);

  // What was told while the page was not connected is asked for.
  const isLive = useSelector((state) => state.connection.status === "live");
  useEffect(() => {
    if (isLive) void loadTranscript(pause.id);
  }, [pause.id, isLive]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with every new line the end is shown
  useEffect(() => {
    // In some browsers it answers a promise, which would pass for a clean-up.
    void end.current?.scrollIntoView({ block: "nearest" });
  }, [evaluations]);

  const submit = () => {
    const expr = typed.trim();
    if (expr === "" || !isWaiting) return;
    recalled.current = { at: -1, draft: "" };
    void evaluate(pause.id, expr);
  };
  const recall = (step: -1 | 1): string | null => {
    const before = history();
    const { at, draft } = recalled.current;
    const next = at === -1 ? (step === -1 ? before.length - 1 : -1) : at + step;
    if (next < 0) return null;
    recalled.current = { at: next >= before.length ? -1 : next, draft: at === -1 ? typed : draft };
    return before[next] ?? recalled.current.draft;
  };

  return (
    <div className="repl">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <div className="repl-lines" role="log" aria-label="Evaluated" tabIndex={0}>
        {evaluations.length === 0 && <Hint isPython={call.isPython} values={values} />}
        {evaluations.map((evaluation) => (
          <Line key={evaluation.id} evaluation={evaluation} name={call.name} />
        ))}
        <div ref={end} />
      </div>
      <div className="repl-prompt">
        <span className="repl-mark" aria-hidden="true">
          ›
        </span>
        <CodeEditor
          text={typed}
          label="Expression to evaluate in the program"
          language={language}
          kind="repl"
          autoFocus
          isPrompt
          placeholder={
            isWaiting ? "Expression · ⏎ runs it, ⇧⏎ new line, ↑ earlier ones" : "The call no longer waits"
          }
          onChange={(text) => typeInConsole(pause.id, text)}
          onSubmit={submit}
          onHistory={recall}
          suggest={(text, at) => suggest(text, at, language, values)}
        />
        {evaluations.length > 0 && (
          <button type="button" className="button small quiet" onClick={() => clearConsole(pause.id)}>
            Clear
          </button>
        )}
      </div>
    </div>
  );
}

function Hint({ isPython, values }: { isPython: boolean; values: readonly KnownValue[] }) {
  const names = values.map(({ name }) => name);
  return (
    <p className="empty">
      Runs in the paused program{isPython ? ", in Python" : ""}.{" "}
      {names.length > 0 && (
        <>
          At hand:{" "}
          <span className="code">
            <Shown text={names.join(", ")} />
          </span>
          .
        </>
      )}
    </p>
  );
}

function useKnownValues(call: CallModel, pause: PausedCall): readonly KnownValue[] {
  const version = useValueTexts();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` rises when a value has arrived
  return useMemo(() => {
    const slots = new Map(slotsOf(pause).map((slot) => [slot.key, slot]));
    const texts = call.args.map((value) => ({ value, text: textOfValue(value, slots.get(value.key)) }));
    const args = texts.filter(({ value }) => value.key.startsWith("a")).map(({ text }) => text);
    const named = texts
      .filter(({ value }) => /^[A-Za-z_$][\w$]*$/.test(value.name))
      .map(({ value, text }) => ({ name: value.name, text }));
    const self = call.target
      ? [{ name: call.isPython ? "self" : "$this", text: textOfValue(call.target, undefined) }]
      : [];
    return [...named, { name: call.isPython ? "args" : "$args", text: `[${args.join(",")}]` }, ...self];
  }, [call, pause, version]);
}

function Line({ evaluation, name }: { evaluation: Evaluation; name: string }) {
  const { expr, answer, by } = evaluation;
  return (
    <article className="repl-line">
      <pre className="repl-expr">
        <Shown text={expr} block />
      </pre>
      {by !== null && by.kind !== "person" && (
        <p className="note">
          by <Shown text={`${by.kind} ${by.name ?? ""}`.trim()} />
        </p>
      )}
      {answer === null ? (
        <p className="note">running…</p>
      ) : (
        <Answer answer={answer} id={evaluation.id} name={name} />
      )}
    </article>
  );
}

function Answer({ answer, id, name }: { answer: ReplEvalResponse; id: string; name: string }) {
  return (
    <>
      {answer.stdout !== "" && (
        <pre className="repl-output">
          <Shown text={answer.stdout.replace(/\n$/, "")} block />
        </pre>
      )}
      {answer.is_error ? (
        <Failure text={answer.output} />
      ) : answer.result_cid === null ? (
        <pre className="repl-result">
          <Shown text={answer.output} block />
        </pre>
      ) : (
        <KeptValue
          cid={answer.result_cid}
          label="Result of the evaluation"
          memory={`${name} repl ${id}`}
          isOpenAtFirst={false}
        >
          <pre className="repl-result">
            <Shown text={answer.output} block />
          </pre>
        </KeptValue>
      )}
    </>
  );
}

/** The message, and the stack to be opened. */
function Failure({ text }: { text: string }) {
  const [first = "", ...rest] = text.split("\n");
  return (
    <div className="repl-failure bad">
      <Icon name="warning" />
      <div>
        <pre>
          <Shown text={first} block />
        </pre>
        {rest.length > 0 && (
          <details>
            <summary>Stack</summary>
            <pre>
              <Shown text={rest.join("\n")} block />
            </pre>
          </details>
        )}
      </div>
    </div>
  );
}
