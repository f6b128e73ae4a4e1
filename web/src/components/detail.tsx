/** One paused call: what it is, its arguments, and what to do with it. */
import { useEffect } from "react";
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import { lacksData, slotsOf } from "../state/slots.ts";
import { ActionBar } from "./action-bar.tsx";
import { Argument } from "./argument.tsx";
import { frameShort, framesOf, processName, WHEN_TEXT, whenOf } from "./call-text.ts";
import { useApp, useSelector } from "./context.ts";
import { EndedNotice } from "./ended-notice.tsx";
import { Facts } from "./facts.tsx";
import { Icon } from "./icon.tsx";
import { Outcome } from "./outcome.tsx";
import { Name, Shown } from "./shown.tsx";
import { Stack } from "./stack.tsx";
import { Waiting } from "./waiting.tsx";

export function Detail({ pause }: { pause: PausedCall }) {
  const ended = useSelector((state) => (state.ended?.pause.id === pause.id ? state.ended : null));
  const { actions } = useApp();
  const { id } = pause;
  const isPartial = lacksData(pause);
  useEffect(() => {
    if (isPartial) void actions.loadWhole(id);
    // Once: what the server itself does not hold cannot be had by asking again.
  }, [actions, id, isPartial]);
  const data = pause.call_data;
  const slots = slotsOf(pause);
  const isBefore = data.pause_when === "before";
  return (
    <section className="detail" aria-label="Selected call" tabIndex={-1} data-detail={pause.id}>
      <DetailHeader pause={pause} isOver={ended !== null && ended.how !== "releasing"} />
      <div className="detail-body">
        <div className="values">
          {!isBefore && <Outcome data={data} />}
          <h3 className="subtitle">
            Arguments <span>{slots.length}</span>
            {!isBefore && <span className="note">it ran with these</span>}
          </h3>
          {slots.length === 0 && <p className="empty">It was called without arguments.</p>}
          {slots.map((slot) => (
            <Argument key={slot.key} pause={pause} slot={slot} isEditable={isBefore} />
          ))}
        </div>
        <aside className="about" aria-label="About this call">
          <Stack frames={framesOf(data)} />
          <Facts data={data} />
        </aside>
      </div>
      {ended && ended.how !== "releasing" ? <EndedNotice ended={ended} /> : <ActionBar pause={pause} />}
    </section>
  );
}

function DetailHeader({ pause, isOver }: { pause: PausedCall; isOver: boolean }) {
  const data = pause.call_data;
  const when = whenOf(data);
  const caller = framesOf(data)[0];
  return (
    <header className="detail-title">
      <h2>
        {when === "threw" ? (
          <Icon name="warning" className="bad" />
        ) : (
          <Icon name="pause" className="accent" />
        )}
        <bdi>
          <Shown text={data.method_name} />
        </bdi>
        <span className={`pill ${when === "threw" ? "bad" : ""}`}>{WHEN_TEXT[when]}</span>
      </h2>
      <p>
        {isOver ? (
          "no longer waiting"
        ) : (
          <>
            paused <Waiting since={pause.paused_at} />
          </>
        )}{" "}
        · <Shown text={processName(data)} />
        {caller && (
          <>
            {" · called from "}
            <Name className="code" text={frameShort(caller)} />
            {caller.function && (
              <>
                {" in "}
                <Name className="code" text={caller.function} />
              </>
            )}
          </>
        )}
      </p>
    </header>
  );
}
