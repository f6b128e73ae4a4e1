/** What was evaluated beside paused calls, by whom and with what answer. */
import type { ReplSession } from "../../../src/protocol/pauses.ts";
import { momentText } from "../calls/call-words.ts";
import { Icon } from "../components/icon.tsx";
import { Link } from "../components/link.tsx";
import { ScrollText } from "../components/scroll-text.tsx";
import { Name, Shown } from "../components/shown.tsx";
import { useRemote } from "../components/use-remote.ts";
import { router, useQuery } from "../router.ts";
import { Find, Nothing, Page } from "./page.tsx";
import { pagesApi } from "./pages-api.ts";
import { Table, type TableColumn } from "./table.tsx";

const AGAIN_MS = 5_000;
/** Characters of one answer that are drawn. */
const LONG = 4_000;

const COLUMNS: readonly TableColumn<ReplSession>[] = [
  {
    id: "function",
    title: "Function",
    by: (row) => row.function_name,
    show: (row) => (
      <Link to="repl" query={{ ...router.get().query, session: row.session_id }} className="plain-link">
        <Name text={row.function_name} />
      </Link>
    ),
  },
  {
    id: "status",
    title: "State",
    by: (row) => row.status,
    show: (row) => (
      <span className={row.status === "active" ? "ok" : "faint"}>
        {row.status === "active" ? "open" : "closed"}
      </span>
    ),
  },
  {
    id: "entries",
    title: "Expressions",
    isNumber: true,
    by: (row) => row.transcript.length,
    show: (row) => row.transcript.length,
  },
  {
    id: "last",
    title: "Last",
    show: (row) => <Name text={row.transcript.at(-1)?.expr ?? ""} className="dim" />,
  },
  { id: "started", title: "Began", by: (row) => row.started_at, show: (row) => momentText(row.started_at) },
];

export function ReplPage() {
  const find = useQuery("find");
  const chosen = useQuery("session");
  const { data, problem, isLoading } = useRemote(
    `repl ${find}`,
    (signal) => pagesApi.transcripts(find, signal),
    AGAIN_MS,
  );
  const sessions = data?.sessions ?? [];
  const session = sessions.find(({ session_id }) => session_id === chosen);
  return (
    <Page
      title="REPL transcripts"
      about="Everything that was evaluated beside a paused call."
      problem={problem}
      isLoading={isLoading}
      tools={
        <Find label="Text in a transcript" value={find} onChange={(text) => router.set({ find: text })} />
      }
    >
      {session && <Transcript session={session} />}
      {sessions.length === 0 && !isLoading && problem === null && (
        <Nothing title={find === "" ? "Nothing was evaluated yet" : "No transcript holds that"}>
          Select a paused call and open its REPL: what is typed there stays here.
        </Nothing>
      )}
      {sessions.length > 0 && (
        <Table
          label="Transcripts"
          columns={COLUMNS}
          rows={sessions}
          keyOf={(row) => row.session_id}
          usual="-started"
          selected={chosen}
        />
      )}
    </Page>
  );
}

function Transcript({ session }: { session: ReplSession }) {
  return (
    <section className="panel" aria-label="The chosen transcript">
      <header>
        <h3>
          <Icon name="repl" /> <Name text={session.function_name} />
        </h3>
        <span className="note">{momentText(session.started_at)}</span>
        <span className="space" />
        <Link to="calls" query={{ call: session.call_id }} className="button small">
          <Icon name="calls" /> The call
        </Link>
        <button
          type="button"
          className="button small icon-only quiet"
          aria-label="Close"
          onClick={() => router.set({ session: null })}
        >
          <Icon name="cross" />
        </button>
      </header>
      <ol className="transcript">
        {session.transcript.map((entry) => (
          <li key={entry.eval_id}>
            <pre>
              <span className="faint">› </span>
              <Shown text={entry.expr} block />
            </pre>
            {entry.stdout !== "" && <ScrollText className="dim" text={entry.stdout.slice(0, LONG)} />}
            <ScrollText className={entry.is_error ? "bad" : ""} text={entry.output.slice(0, LONG)} />
          </li>
        ))}
      </ol>
    </section>
  );
}
