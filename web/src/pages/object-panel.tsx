/** One value: what it is, how often it was used, and by which calls. */
import { count, markOf, momentText } from "../calls/call-words.ts";
import { CopyButton } from "../components/copy-button.tsx";
import { Icon } from "../components/icon.tsx";
import { Link } from "../components/link.tsx";
import { ScrollText } from "../components/scroll-text.tsx";
import { Name } from "../components/shown.tsx";
import { useRemote } from "../components/use-remote.ts";
import { KeptValue } from "../detail/kept-value.tsx";
import { pagesApi } from "./pages-api.ts";
import { Panel } from "./panel.tsx";
import { bytesText, shortCid } from "./value-words.ts";

const SHOWN = 4_000;

const timesUsed = (times: number): string =>
  times === 0 ? "used by no call" : times === 1 ? "used once" : `used ${count(times)} times`;

export function ObjectPanel({ cid }: { cid: string }) {
  const { data, problem } = useRemote(`object ${cid}`, (signal) => pagesApi.object(cid, signal));
  const text = data
    ? data.serialization_format === "json" && data.data !== null
      ? data.data
      : data.text
    : "";
  return (
    <Panel
      label="The chosen value"
      icon="object"
      title={shortCid(cid)}
      note={
        data && (
          <>
            {bytesText(data.size)} · {timesUsed(data.uses_count)}
            {data.uses_count > 1 &&
              Object.entries(data.uses_as).map(([role, times]) => ` · ${count(times)}× ${role}`)}
          </>
        )
      }
      tools={<CopyButton text={cid} label="Copy the CID" />}
      field="cid"
      problem={problem}
    >
      {data && (
        <>
          <KeptValue cid={data.cid} label="The value" memory={`object ${data.cid}`} isOpenAtFirst>
            <ScrollText text={text.slice(0, SHOWN)} />
          </KeptValue>
          <details>
            <summary>Raw</summary>
            <ScrollText text={text.slice(0, SHOWN)} />
            {text.length > SHOWN && <p className="note">{count(text.length - SHOWN)} more characters</p>}
          </details>
          <h4 className="subtitle">Used by</h4>
          {data.uses.length === 0 && (
            <p className="note">
              No call that is kept. What was evaluated beside a paused call is under{" "}
              <Link to="repl">REPL</Link>.
            </p>
          )}
          <ul className="uses">
            {data.uses.map(({ role, call }) => {
              const mark = markOf(call, false);
              return (
                <li key={`${call.number} ${role}`}>
                  <Icon name={mark.icon} className={mark.tone} />
                  <Link to="calls" query={{ call: String(call.number) }}>
                    #{call.number}
                  </Link>
                  <Name text={call.function_name} />
                  <span className="faint">as {role}</span>
                  <span className="faint">{momentText(call.started_at)}</span>
                </li>
              );
            })}
          </ul>
        </>
      )}
    </Panel>
  );
}
