/** Two calls side by side: what differs, and nothing else. */
import type { CallSummary } from "../../../src/protocol/records.ts";
import { durationText } from "../../../src/protocol/words.ts";
import { useApp } from "../components/context.ts";
import { Icon } from "../components/icon.tsx";
import { Name, Shown } from "../components/shown.tsx";
import { useRemote } from "../components/use-remote.ts";
import { router } from "../router.ts";
import { useCommands } from "../shell/commands.ts";
import { summarize } from "../values/summary.ts";
import { markOf, momentText, valuesText } from "./call-words.ts";
import { recordApi } from "./record-api.ts";

export function ComparePane({ pair }: { pair: string }) {
  const [a = "", b = ""] = pair.split(",");
  const { data, problem, isLoading } = useRemote(pair, (signal) => recordApi.diff(a, b, signal));
  const close = () => router.set({ compare: null });
  useCommands([
    { id: "compare-close", title: "Close the comparison", group: "Calls", keys: ["Escape"], run: close },
  ]);
  return (
    <section className="compare" aria-labelledby="compare-title" aria-busy={isLoading}>
      <header className="compare-header">
        <h2 id="compare-title">
          <Icon name="compare" /> Compare
        </h2>
        <span className="space" />
        <button type="button" className="button small quiet" onClick={close}>
          <Icon name="cross" /> Close
        </button>
      </header>
      {problem !== null && (
        <p className="list-note bad" role="alert">
          <Icon name="warning" /> <Shown text={problem} />
        </p>
      )}
      {data && (
        <>
          <div className="compare-two">
            <Side name="a" call={data.a} />
            <Side name="b" call={data.b} />
          </div>
          {data.same ? (
            <p className="list-note">
              <Icon name="check" className="ok" /> Nothing differs but time and place.
            </p>
          ) : (
            <table className="table compare-table">
              <thead>
                <tr>
                  <th scope="col">Where</th>
                  <th scope="col">#{data.a.number}</th>
                  <th scope="col">#{data.b.number}</th>
                </tr>
              </thead>
              <tbody>
                {data.changes.map((change) => (
                  <tr key={`${change.kind} ${change.at}`}>
                    <th scope="row">
                      <Name text={change.at} />
                    </th>
                    <td>
                      {change.kind === "added" ? (
                        <i className="faint">not there</i>
                      ) : (
                        <del>
                          <Shown text={summarize(change.a, 300)} />
                        </del>
                      )}
                    </td>
                    <td>
                      {change.kind === "removed" ? (
                        <i className="faint">not there</i>
                      ) : (
                        <ins>
                          <Shown text={summarize(change.b, 300)} />
                        </ins>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          {data.cut && <p className="list-note">There is more: only the first differences are listed.</p>}
        </>
      )}
    </section>
  );
}

function Side({ name, call }: { name: string; call: CallSummary }) {
  const { actions } = useApp();
  const mark = markOf(call, false);
  const open = () => {
    router.set({ compare: null });
    actions.selectCall(String(call.number));
  };
  return (
    <article aria-label={`Call ${name}`}>
      <button type="button" className="link" onClick={open}>
        #{call.number}
      </button>
      <h3>
        <Icon name={mark.icon} className={mark.tone} /> <Name text={call.function_name} />
      </h3>
      <p className="dim mono">
        <Name text={valuesText(call)} />
      </p>
      <p className="faint">
        {momentText(call.started_at)} · {durationText(call.duration_ms)} · <Shown text={call.process_name} />
      </p>
    </article>
  );
}
