/** Two runs against each other: calls that only one of them has, and calls that ended differently. */
import type { ComponentChildren } from "preact";
import type { CallSummary } from "../../../src/protocol/records.ts";
import { count, markOf, valuesText } from "../calls/call-words.ts";
import { recordApi } from "../calls/record-api.ts";
import { Icon } from "../components/icon.tsx";
import { Link } from "../components/link.tsx";
import { Name } from "../components/shown.tsx";
import { useRemote } from "../components/use-remote.ts";
import { Panel } from "./panel.tsx";

export function SessionDiffPanel({ pair }: { pair: string }) {
  const [a = "", b = ""] = pair.split(",");
  const { data, problem, isLoading } = useRemote(`sessions ${pair}`, (signal) =>
    recordApi.sessionDiff(a, b, signal),
  );
  return (
    <Panel
      label="Two sessions compared"
      icon="compare"
      title={`Session ${a} and ${b}`}
      note={data && `${count(data.same)} calls are the same in both`}
      field="compare"
      problem={problem}
      isLoading={isLoading}
    >
      {data && !data.complete && <p className="note">The sessions are too large to be compared whole.</p>}
      {data && (
        <div className="diff-lists">
          <List title={`Another outcome`} total={data.changed_count}>
            {data.changed.map(({ a: left, b: right }) => (
              <li key={left.number}>
                <CallLine call={left} /> <Icon name="arrow" className="faint" /> <CallLine call={right} />
              </li>
            ))}
          </List>
          <List title={`Only in ${data.a}`} total={data.only_a_count}>
            {data.only_a.map((call) => (
              <li key={call.number}>
                <CallLine call={call} />
              </li>
            ))}
          </List>
          <List title={`Only in ${data.b}`} total={data.only_b_count}>
            {data.only_b.map((call) => (
              <li key={call.number}>
                <CallLine call={call} />
              </li>
            ))}
          </List>
        </div>
      )}
    </Panel>
  );
}

function List({ title, total, children }: { title: string; total: number; children: ComponentChildren }) {
  return (
    <section>
      <h4 className="subtitle">
        {title} <span>{count(total)}</span>
      </h4>
      <ul className="uses">{children}</ul>
    </section>
  );
}

function CallLine({ call }: { call: CallSummary }) {
  const mark = markOf(call, false);
  return (
    <>
      <Icon name={mark.icon} className={mark.tone} />
      <Link to="calls" query={{ call: String(call.number) }}>
        #{call.number}
      </Link>
      <Name text={call.function_name} />
      <Name text={valuesText(call)} className="dim" />
    </>
  );
}
