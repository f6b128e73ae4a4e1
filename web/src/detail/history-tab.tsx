/** What this function did before, and where else a value of this call was seen. */
import type { CallSummary } from "../../../src/protocol/records.ts";
import { durationText } from "../../../src/protocol/words.ts";
import { useApp } from "../components/context.ts";
import { Icon } from "../components/icon.tsx";
import { Shown } from "../components/shown.tsx";
import { useRemote } from "../components/use-remote.ts";
import type { CallModel } from "./call-model.ts";
import { detailApi } from "./detail-api.ts";

/** How often the list looks for newer calls while it is shown. */
const AGAIN_MS = 2_000;

interface HistoryTabProps {
  call: CallModel;
  /** Of this value the uses are shown instead. */
  cid: string | null;
  onCloseUses: () => void;
}

export function HistoryTab({ call, cid, onCloseUses }: HistoryTabProps) {
  return cid === null ? (
    <FunctionHistory call={call} />
  ) : (
    <ValueUses call={call} cid={cid} onClose={onCloseUses} />
  );
}

function FunctionHistory({ call }: { call: CallModel }) {
  const asked = useRemote(call.name, (signal) => detailApi.history(call.name, signal), AGAIN_MS);
  const calls = asked.data?.calls ?? [];
  if (asked.problem !== null && calls.length === 0)
    return (
      <p className="empty bad">
        <Shown text={asked.problem ?? ""} />
      </p>
    );
  if (asked.data === null) return <p className="empty">…</p>;
  if (calls.length === 0)
    return <p className="empty">No call of this function has ended yet: this is its first.</p>;
  return (
    <div className="history-tab">
      <ul className="history">
        {calls.map((each) => (
          <HistoryRow key={each.number} each={each} isHere={each.call_id === call.callId} />
        ))}
      </ul>
      {asked.data?.next != null && (
        <p className="note">Older calls are in the list of calls: filter it by this function.</p>
      )}
    </div>
  );
}

function ValueUses({ call, cid, onClose }: { call: CallModel; cid: string; onClose: () => void }) {
  const asked = useRemote(cid, (signal) => detailApi.uses(cid, signal));
  const uses = asked.data?.uses ?? [];
  return (
    <div className="history-tab">
      <header className="history-head">
        <span>
          Calls with the value <span className="code">{cid.slice(0, 12)}…</span>
        </span>
        {asked.data && <span className="note">{asked.data.uses_count.toLocaleString("en-US")} uses</span>}
        <span className="space" />
        <button type="button" className="link" onClick={onClose}>
          History of this function
        </button>
      </header>
      {asked.problem !== null && (
        <p className="empty">
          <Shown text={asked.problem ?? ""} />
        </p>
      )}
      {asked.data !== null && uses.length === 0 && (
        <p className="empty">No recorded call used it yet; a call is recorded when it has ended.</p>
      )}
      <ul className="history">
        {uses.map((use) => (
          <HistoryRow
            key={`${use.call.number} ${use.role}`}
            each={use.call}
            role={use.role}
            isHere={use.call.call_id === call.callId}
          />
        ))}
      </ul>
    </div>
  );
}

function HistoryRow({ each, isHere, role }: { each: CallSummary; isHere: boolean; role?: string }) {
  const { actions } = useApp();
  const threw = each.exception !== null;
  const outcome = threw
    ? [each.exception?.type, each.exception?.message].filter(Boolean).join(": ")
    : (each.result_text ?? each.status);
  return (
    <li>
      <button
        type="button"
        className="history-row"
        aria-current={isHere}
        onClick={() => actions.selectCall(each.call_id)}
      >
        <span className={threw ? "bad" : each.action ? "info" : "ok"}>
          <Icon
            name={threw ? "cross" : each.duration_ms === null ? "clock" : each.action ? "edited" : "check"}
          />
          {isHere && <span className="hidden">this call</span>}
        </span>
        <span className="faint">#{each.number}</span>
        <span className="history-args">
          {role !== undefined && (
            <>
              <Shown text={each.function_name} /> <span className="value-label">{role}</span>{" "}
            </>
          )}
          <Shown text={each.args_text} />
        </span>
        <span className={`history-result ${threw ? "bad" : ""}`}>
          <Icon name="arrow" className="dim" /> <Shown text={outcome} />
        </span>
        <span className="faint">
          {each.duration_ms === null ? each.status : durationText(each.duration_ms)}
        </span>
      </button>
    </li>
  );
}
