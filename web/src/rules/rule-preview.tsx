/** Which recorded calls the rule would have acted on, while it is written. */
import { useEffect, useState } from "preact/compat";
import { durationText } from "../../../src/protocol/words.ts";
import { Icon } from "../components/icon.tsx";
import { Link } from "../components/link.tsx";
import { Shown } from "../components/shown.tsx";
import { useRemote } from "../components/use-remote.ts";
import { cleaned, type RuleDraft } from "./rule-draft.ts";
import { rulesApi } from "./rules-api.ts";

/** Asked when the typing pauses. */
const SETTLE_MS = 300;

export function RulePreview({ draft }: { draft: RuleDraft }) {
  const body = JSON.stringify({ ...cleaned(draft), id: undefined });
  const settled = useSettled(body, SETTLE_MS);
  const isNamed = draft.function.trim() !== "";
  const { data, problem } = useRemote(isNamed ? settled : null, (signal) =>
    rulesApi.preview(JSON.parse(settled) as RuleDraft, signal),
  );
  return (
    <section className="rule-preview" aria-label="Preview">
      <h3 className="subtitle">Would have acted on</h3>
      {!isNamed && <p className="note">Name a function to see which recorded calls it would have met.</p>}
      {problem !== null && (
        <p className="bad" role="status">
          <Icon name="warning" /> <Shown text={problem} />
        </p>
      )}
      {problem === null && data && (
        <>
          <p className="preview-count" role="status">
            <b>{data.matched.toLocaleString("en-US")}</b> of {data.examined.toLocaleString("en-US")} recorded
            calls
            {!data.complete && ", and more that were not looked at"}
          </p>
          {data.last_error !== null && (
            <p className="bad">
              <Icon name="warning" /> <Shown text={data.last_error} />
            </p>
          )}
          <ul className="preview-calls">
            {data.calls.map((call) => (
              <li key={call.number}>
                <Link to="calls" query={{ call: String(call.number) }} className="preview-call">
                  <span className="faint">#{call.number}</span>
                  <span>
                    <Shown text={call.function_name} />
                  </span>
                  <span className="dim preview-args">
                    <Shown text={call.args_text} />
                  </span>
                  <span className="faint">{durationText(call.duration_ms)}</span>
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** A text that has not changed for a while. */
function useSettled(text: string, ms: number): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), ms);
    return () => clearTimeout(timer);
  }, [text, ms]);
  return settled;
}
