/** The calls that wait for a decision. */
import { memo, useEffect, useRef } from "preact/compat";
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import { argumentSummary, processName, WHEN_TEXT, whenOf } from "../components/call-text.ts";
import { useApp, useSelector } from "../components/context.ts";
import { Icon } from "../components/icon.tsx";
import { useProgramName } from "../components/program-name.ts";
import { Name } from "../components/shown.tsx";
import { Waiting } from "../components/waiting.tsx";
import { isTouched } from "../state/drafts.ts";

export function Queue() {
  const { actions } = useApp();
  const pauses = useSelector((state) => state.pauses);
  const selectedId = useSelector((state) => state.selectedId);
  const drafts = useSelector((state) => state.drafts);
  const loaded = useSelector((state) => state.loaded);
  return (
    <section className="queue" aria-labelledby="queue-title">
      <header className="section-title">
        <h2 id="queue-title">Paused</h2>
        {pauses.length > 0 && (
          <span>
            <b className="accent">{pauses.length}</b> waiting ·{" "}
            <button type="button" className="link" onClick={() => void actions.resumeAll()}>
              Resume all <kbd>A</kbd>
            </button>
          </span>
        )}
      </header>
      {pauses.length === 0 ? (
        <p className="empty">{loaded ? "No call is waiting." : "Asking the server…"}</p>
      ) : (
        <ul className="rows">
          {pauses.map((pause) => (
            <Row
              key={pause.id}
              pause={pause}
              isSelected={pause.id === selectedId}
              isEdited={isTouched(drafts.get(pause.id))}
              onSelect={actions.select}
            />
          ))}
        </ul>
      )}
    </section>
  );
}

interface RowProps {
  pause: PausedCall;
  isSelected: boolean;
  isEdited: boolean;
  onSelect: (id: string) => void;
}

const Row = memo(function Row({ pause, isSelected, isEdited, onSelect }: RowProps) {
  const row = useRef<HTMLButtonElement>(null);
  const data = pause.call_data;
  const when = whenOf(data);
  const program = useProgramName(data.process_key, processName(data));
  useEffect(() => {
    if (isSelected && row.current) showInList(row.current);
  }, [isSelected]);
  return (
    <li>
      <button
        ref={row}
        type="button"
        className="row pause-row"
        aria-current={isSelected}
        data-pause={pause.id}
        onClick={() => onSelect(pause.id)}
      >
        <span className={`when ${when === "threw" ? "bad" : "accent"}`} title={`Paused: ${WHEN_TEXT[when]}`}>
          {when === "threw" ? <Icon name="warning" /> : <Icon name="pause" />}
          <span className="hidden">{WHEN_TEXT[when]}</span>
        </span>
        <span className="paused-name">
          <Name className="function" text={data.method_name} />
          {isEdited && (
            <span className="accent">
              <Icon name="edited" />
              <span className="hidden">edited</span>
            </span>
          )}
        </span>
        <Name className="dim" text={argumentSummary(pause)} />
        <Name className="process" text={program} />
        <Waiting since={pause.paused_at} />
      </button>
    </li>
  );
});

/** Scrolls the list alone: on a phone `scrollIntoView` would move the whole page. */
function showInList(row: HTMLElement): void {
  const list = row.closest("ul");
  if (!list) return;
  const outer = list.getBoundingClientRect();
  const inner = row.getBoundingClientRect();
  if (inner.top < outer.top) list.scrollTop -= outer.top - inner.top;
  else if (inner.bottom > outer.bottom) list.scrollTop += inner.bottom - outer.bottom;
}
