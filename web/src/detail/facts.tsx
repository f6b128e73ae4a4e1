/** What else there is to know about a call, beside its values. */
import type { ComponentChildren } from "preact";
import { changesText, durationText } from "../../../src/protocol/words.ts";
import { momentText } from "../calls/call-words.ts";
import { useApp } from "../components/context.ts";
import { Shown } from "../components/shown.tsx";
import { useRemote } from "../components/use-remote.ts";
import { useRested } from "../components/use-rested.ts";
import { amount } from "../values/value-shape.ts";
import { plainText } from "../values/visible-text.ts";
import { decidedText } from "./call-header.tsx";
import type { CallModel, CallValue } from "./call-model.ts";
import { detailApi } from "./detail-api.ts";

export function Facts({ call, onShowUses }: { call: CallModel; onShowUses: (cid: string) => void }) {
  // What takes the server long is asked for when somebody stays.
  const isRested = useRested();
  const stats = useRemote(isRested ? call.name : null, (signal) => detailApi.stats(call.name, signal));
  const figures = stats.data?.functions.find(({ function_name }) => function_name === call.name);
  return (
    <>
      <h3 className="subtitle">Call</h3>
      <dl className="facts">
        {fact(
          "call",
          <span className="code">
            {call.number === null ? <Shown text={call.callId} /> : `#${call.number}`}
          </span>,
        )}
        {call.pageUrl !== null && fact("page", <Shown text={call.pageUrl} />)}
        {call.signature !== null &&
          fact(
            "signature",
            <span className="code">
              <Shown text={signatureText(call.signature)} />
            </span>,
          )}
        {call.startedAt !== null && fact("at", momentText(call.startedAt))}
        {call.durationMs !== null && fact("took", durationText(call.durationMs))}
        {fact("values", call.isPython ? "Python pickles" : "JSON")}
        {figures &&
          fact(
            "function",
            `${amount(figures.count, "call")}, ${amount(figures.errors, "error")}${
              figures.p50_ms === null ? "" : `, p50 ${durationText(figures.p50_ms)}`
            }`,
          )}
      </dl>
      <Values
        values={call.args}
        isRecorded={call.number !== null}
        isRested={isRested}
        onShowUses={onShowUses}
      />
      <Decisions call={call} />
      <Children call={call} />
    </>
  );
}

export const fact = (name: string, value: ComponentChildren) => (
  <div key={name}>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);

const signatureText = (signature: string | number) =>
  typeof signature === "number" ? `${signature} parameter${signature === 1 ? "" : "s"}` : signature;

/** Values asked about; more are listed without a count. */
const COUNTED = 6;

/** Each argument's CID, and how often the very same value was seen. */
function Values({
  values,
  isRecorded,
  isRested,
  onShowUses,
}: {
  values: readonly CallValue[];
  /** The call itself is among those that were counted. */
  isRecorded: boolean;
  isRested: boolean;
  onShowUses: (cid: string) => void;
}) {
  if (values.length === 0) return null;
  return (
    <>
      <h3 className="subtitle">Same values elsewhere</h3>
      <dl className="facts">
        {values.slice(0, COUNTED).map((value) => (
          <Uses
            key={value.key}
            value={value}
            isRecorded={isRecorded}
            isRested={isRested}
            onShowUses={onShowUses}
          />
        ))}
      </dl>
    </>
  );
}

function Uses({
  value,
  isRecorded,
  isRested,
  onShowUses,
}: {
  value: CallValue;
  isRecorded: boolean;
  isRested: boolean;
  onShowUses: (cid: string) => void;
}) {
  const asked = useRemote(isRested ? value.cid : null, (signal) => detailApi.uses(value.cid, signal));
  const count = asked.data?.uses_count ?? null;
  return fact(
    plainText(value.name, 24),
    <button type="button" className="inline-link" title={value.cid} onClick={() => onShowUses(value.cid)}>
      <span className="code">
        {value.cid.slice(0, 6)}…{value.cid.slice(-2)}
      </span>
      {count !== null && ` · ${usesText(count, isRecorded)}`}
    </button>,
  );
}

function usesText(count: number, isRecorded: boolean): string {
  if (count === 0) return "not recorded yet";
  return isRecorded && count === 1 ? "only here" : `seen ${count.toLocaleString("en-US")}×`;
}

/** Who decided what about it. */
function Decisions({ call }: { call: CallModel }) {
  if (call.decisions.length === 0) return null;
  return (
    <>
      <h3 className="subtitle">Decisions</h3>
      <ul className="decisions">
        {call.decisions.map((decision) => (
          <li key={`${decision.at} ${decision.when}`}>
            <b>{decision.action.replace("_", " ")}</b> {decision.when} the call, by{" "}
            <Shown text={decidedText(decision)} />
            {decision.changed.length > 0 && (
              <>
                {": "}
                <span className="code">
                  <Shown text={changedText(decision)} />
                </span>
              </>
            )}
            {decision.delayed_s !== undefined && ` · held back ${durationText(decision.delayed_s * 1_000)}`}
          </li>
        ))}
      </ul>
    </>
  );
}

/** What a decision changed; of a recorded one with the values. */
const changedText = ({ changed, changes }: CallModel["decisions"][number]): string =>
  changes ? changesText(changes) : changed.join(", ");

/** Calls it made. */
function Children({ call }: { call: CallModel }) {
  const { actions } = useApp();
  const asked = useRemote(call.children === 0 ? null : call.callId, (signal) =>
    detailApi.children(call.callId, signal),
  );
  const calls = asked.data?.root.children.map(({ call: child }) => child) ?? [];
  if (calls.length === 0) return null;
  const more = (call.children ?? calls.length) - calls.length;
  return (
    <>
      <h3 className="subtitle">
        Calls it made <span>{call.children ?? calls.length}</span>
      </h3>
      <ul className="relatives">
        {calls.map((child) => (
          <li key={child.number}>
            <button
              type="button"
              className="inline-link code"
              onClick={() => actions.selectCall(child.call_id)}
            >
              <Shown text={child.function_name} />
            </button>{" "}
            <span className="dim">
              {child.duration_ms === null ? child.status : durationText(child.duration_ms)}
            </span>
          </li>
        ))}
        {more > 0 && <li className="note">and {more.toLocaleString("en-US")} more</li>}
      </ul>
    </>
  );
}
