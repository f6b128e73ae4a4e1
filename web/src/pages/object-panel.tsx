/** One value: what it is, how often it was used, and by which calls. */
import { count, markOf, momentText } from "../calls/call-words.ts";
import { CopyButton } from "../components/copy-button.tsx";
import { Icon } from "../components/icon.tsx";
import { Link } from "../components/link.tsx";
import { ScrollText } from "../components/scroll-text.tsx";
import { Name } from "../components/shown.tsx";
import { useRemote } from "../components/use-remote.ts";
import { pagesApi } from "./pages-api.ts";
import { Panel } from "./panel.tsx";
import { bytesText, shortCid } from "./value-words.ts";

const SHOWN = 4_000;

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
            {bytesText(data.size)} · used {count(data.uses_count)} times
            {Object.entries(data.uses_as).map(([role, times]) => ` · ${role} ${count(times)}`)}
          </>
        )
      }
      tools={<CopyButton text={cid} label="Copy the CID" />}
      field="cid"
      problem={problem}
    >
      {data && (
        <>
          <ScrollText text={text.slice(0, SHOWN)} />
          {text.length > SHOWN && <p className="note">{count(text.length - SHOWN)} more characters</p>}
          <h4 className="subtitle">Used by</h4>
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
