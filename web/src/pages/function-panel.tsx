/** One function: its figures, and where the same arguments gave different results. */
import { durationText } from "../../../src/protocol/words.ts";
import { count, momentText } from "../calls/call-words.ts";
import { Icon } from "../components/icon.tsx";
import { Link } from "../components/link.tsx";
import { Name, Shown } from "../components/shown.tsx";
import { useRemote } from "../components/use-remote.ts";
import { quoted } from "../shell/quoted.ts";
import type { FunctionRow } from "./functions-page.tsx";
import { pagesApi } from "./pages-api.ts";
import { Panel } from "./panel.tsx";

export function FunctionPanel({ name, row }: { name: string; row: FunctionRow | null }) {
  const varies = (row?.stats?.nondeterministic ?? 0) > 0;
  const { data } = useRemote(varies ? `varies ${name}` : null, (signal) =>
    pagesApi.nondeterminism(name, signal),
  );
  const stats = row?.stats ?? null;
  return (
    <Panel
      label="The chosen function"
      icon="function"
      title={<Name text={name} />}
      field="name"
      tools={
        <>
          <Link to="calls" query={{ q: `fn:${quoted(name)}` }} className="button small">
            <Icon name="calls" /> Its calls
          </Link>
          <Link to="calls" query={{ q: `fn:${quoted(name)} status:exception` }} className="button small">
            <Icon name="cross" /> Those that threw
          </Link>
          <Link to="breakpoints" query={{ function: name }} className="button small">
            <Icon name="rule" /> Rule
          </Link>
        </>
      }
    >
      {stats ? (
        <p className="dim">
          {count(stats.count)} calls, {count(stats.errors)} threw, {count(stats.running)} run · median{" "}
          {durationText(stats.p50_ms)}, longest {durationText(stats.max_ms)} · from{" "}
          {momentText(stats.first_at)} to {momentText(stats.last_at)}
        </p>
      ) : (
        <p className="dim">Not called in what is kept.</p>
      )}
      {data && data.cases.length > 0 && (
        <>
          <h4 className="subtitle">Same arguments, different results</h4>
          <ul className="varies">
            {data.cases.map((each) => (
              <li key={each.args_text}>
                <Name text={each.args_text} />
                <ul>
                  {each.outcomes.map((outcome) => (
                    <li key={outcome.newest}>
                      <Icon
                        name={outcome.status === "exception" ? "cross" : "check"}
                        className={outcome.status === "exception" ? "bad" : "ok"}
                      />{" "}
                      <Shown text={outcome.text.slice(0, 300)} />{" "}
                      <Link to="calls" query={{ call: String(outcome.newest) }}>
                        {count(outcome.count)}×, last #{outcome.newest}
                      </Link>
                    </li>
                  ))}
                </ul>
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  );
}
