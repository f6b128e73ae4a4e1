/** What came of the call: its result, or what it threw, and arguments that it changed. */
import type { Ref } from "preact";
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import { Shown } from "../components/shown.tsx";
import type { Draft } from "../state/drafts.ts";
import type { RowActions } from "../values/tree-edits.ts";
import type { ValueTreeHandle } from "../values/value-tree.tsx";
import type { CallModel, Thrown } from "./call-model.ts";
import { ValuesTab } from "./values-tab.tsx";

interface ResultTabProps {
  call: CallModel;
  pause: PausedCall | null;
  isOpen: boolean;
  draft: Draft;
  actions: RowActions;
  ref?: Ref<ValueTreeHandle>;
}

export function ResultTab({ call, pause, isOpen, draft, actions, ref }: ResultTabProps) {
  const { thrown, result, mutated } = call;
  const canAnswer = pause?.call_data.pause_when === "after" && pause.call_data.accepts.includes("skip");
  const values = [result, thrown?.value ?? null, ...mutated].filter((value) => value !== null);
  return (
    <div className="result-tab">
      {thrown && <Exception thrown={thrown} />}
      {mutated.length > 0 && (
        <p className="note">
          {mutated.length === 1 ? "One argument" : `${mutated.length} arguments`} differ after the call; as
          they are then they stand below.
        </p>
      )}
      {(values.length > 0 || !thrown) && (
        <ValuesTab
          {...(ref ? { ref } : {})}
          call={call}
          values={values}
          label="Result"
          pause={canAnswer ? pause : null}
          isOpen={isOpen}
          draft={draft}
          editable={isResult}
          actions={actions}
          empty={EMPTY[call.phase] ?? "It returned nothing that was recorded."}
        />
      )}
    </div>
  );
}

const isResult = (key: string) => key === "r";

const EMPTY: Partial<Record<CallModel["phase"], string>> = {
  before: "It has not run yet. Its result will be here.",
  running: "It is running. Its result will be here.",
  abandoned: "Its program went away before it ended.",
  lost: "The server that kept it ended before the call did.",
};

function Exception({ thrown }: { thrown: Thrown }) {
  const title = [thrown.type, thrown.message].filter((part) => part !== null && part !== "").join(": ");
  return (
    <div className="thrown">
      <p className="exception bad">
        <Shown text={title || "It threw."} block />
      </p>
      {thrown.traceback !== null && (
        <details open={thrown.value === null}>
          <summary>Traceback</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
          <pre className="traceback" tabIndex={0}>
            <Shown text={thrown.traceback} block />
          </pre>
        </details>
      )}
    </div>
  );
}
