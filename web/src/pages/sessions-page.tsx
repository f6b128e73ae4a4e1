/** Sessions: one for each run of a server. Named, pinned, compared, removed. */
import { useState } from "preact/compat";
import type { SessionPatch, SessionView } from "../../../src/protocol/sessions.ts";
import { durationText } from "../../../src/protocol/words.ts";
import { reasonOf } from "../api.ts";
import { count, momentText } from "../calls/call-words.ts";
import { useApp } from "../components/context.ts";
import { Icon } from "../components/icon.tsx";
import { Link } from "../components/link.tsx";
import { Shown } from "../components/shown.tsx";
import { useRemote } from "../components/use-remote.ts";
import { router, useQuery } from "../router.ts";
import { Nothing, Page } from "./page.tsx";
import { pagesApi } from "./pages-api.ts";
import { SessionDiffPanel } from "./session-diff-panel.tsx";
import { Table, type TableColumn } from "./table.tsx";

const AGAIN_MS = 5_000;

export function SessionsPage() {
  const { actions } = useApp();
  const { data, problem, isLoading, again } = useRemote("sessions", pagesApi.sessions, AGAIN_MS);
  const compared = useQuery("compare");
  const [marked, setMarked] = useState<readonly number[]>([]);
  const [doomed, setDoomed] = useState<number | null>(null);
  const sessions = data?.sessions ?? [];

  const attempt = async (work: Promise<unknown>) => {
    try {
      await work;
    } catch (error) {
      actions.complain(reasonOf(error));
    }
    again();
  };
  const change = (id: number, what: SessionPatch) => void attempt(pagesApi.changeSession(id, what));
  const remove = (id: number) => {
    setDoomed(null);
    void attempt(pagesApi.removeSession(id));
  };
  const mark = (id: number) =>
    setMarked((before) =>
      before.includes(id) ? before.filter((each) => each !== id) : [...before, id].slice(-2),
    );

  const columns: readonly TableColumn<SessionView>[] = [
    {
      id: "mark",
      title: "",
      show: (row) => (
        <input
          type="checkbox"
          checked={marked.includes(row.id)}
          aria-label={`Mark session ${row.id} to compare`}
          onChange={() => mark(row.id)}
        />
      ),
    },
    { id: "id", title: "Session", isNumber: true, by: (row) => row.id, show: (row) => row.id },
    {
      id: "label",
      title: "Name",
      by: (row) => row.label,
      show: (row) => <Label session={row} onChange={(label) => change(row.id, { label })} />,
    },
    {
      id: "started",
      title: "Started",
      by: (row) => row.started_at,
      show: (row) => (
        <>
          {momentText(row.started_at)}
          {row.current && <b className="ok"> · this one</b>}
        </>
      ),
    },
    {
      id: "ran",
      title: "Ran",
      isNumber: true,
      by: (row) => (row.ended_at === null ? null : row.ended_at - row.started_at),
      show: (row) => (row.ended_at === null ? "" : durationText((row.ended_at - row.started_at) * 1000)),
    },
    { id: "calls", title: "Calls", isNumber: true, by: (row) => row.calls, show: (row) => count(row.calls) },
    {
      id: "errors",
      title: "Errors",
      isNumber: true,
      by: (row) => row.errors,
      show: (row) => <span className={row.errors > 0 ? "bad" : "faint"}>{count(row.errors)}</span>,
    },
    {
      id: "programs",
      title: "Programs",
      isNumber: true,
      by: (row) => row.processes,
      show: (row) => row.processes,
    },
    {
      id: "tags",
      title: "Tags",
      by: (row) => row.tags.join(" "),
      show: (row) =>
        row.tags.map((tag) => (
          <span key={tag} className="pill tag">
            <Shown text={tag} />
          </span>
        )),
    },
    {
      id: "actions",
      title: "",
      show: (row) => (
        <span className="row-actions">
          <Link to="calls" query={{ q: `session:${row.id}` }} className="button small quiet">
            <Icon name="calls" /> Calls
          </Link>
          <button
            type="button"
            className="button small quiet"
            aria-pressed={row.pinned}
            title={row.pinned ? "Pinned: it stays" : "Keep it when old calls are removed"}
            onClick={() => change(row.id, { pinned: !row.pinned })}
          >
            <Icon name="pin" className={row.pinned ? "info" : ""} /> {row.pinned ? "Pinned" : "Pin"}
          </button>
          {doomed === row.id ? (
            <button type="button" className="button small danger" onClick={() => remove(row.id)}>
              Really remove {count(row.calls)} calls
            </button>
          ) : (
            <button
              type="button"
              className="button small quiet icon-only"
              aria-label={`Remove session ${row.id}`}
              title={row.current ? "The session that runs cannot be removed" : "Remove"}
              disabled={row.current || row.pinned}
              onClick={() => setDoomed(row.id)}
            >
              <Icon name="trash" />
            </button>
          )}
        </span>
      ),
    },
  ];

  return (
    <Page
      title="Sessions"
      about="One for each run of a server. What is kept belongs to one, and goes with it."
      problem={problem}
      isLoading={isLoading}
      tools={
        <button
          type="button"
          className="button small"
          disabled={marked.length !== 2}
          title="Mark two sessions"
          onClick={() => router.set({ compare: marked.toSorted((a, b) => a - b).join(",") })}
        >
          <Icon name="compare" /> Compare two
        </button>
      }
    >
      {compared !== "" && <SessionDiffPanel pair={compared} />}
      {sessions.length === 0 && !isLoading && problem === null && (
        <Nothing title="No session is kept">
          Start the server with a database, and every run stays here.
        </Nothing>
      )}
      {sessions.length > 0 && (
        <Table
          label="Sessions"
          columns={columns}
          rows={sessions}
          keyOf={(row) => String(row.id)}
          usual="-id"
        />
      )}
    </Page>
  );
}

/** A name that is edited where it stands. */
function Label({ session, onChange }: { session: SessionView; onChange: (label: string) => void }) {
  const [typed, setTyped] = useState<string | null>(null);
  const finish = () => {
    if (typed !== null && typed.trim() !== session.label) onChange(typed.trim());
    setTyped(null);
  };
  return (
    <input
      type="text"
      className="inline-input"
      value={typed ?? session.label}
      placeholder="name it"
      aria-label={`Name of session ${session.id}`}
      maxLength={200}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={finish}
      onKeyDown={(event) => {
        if (event.key === "Enter") finish();
        if (event.key === "Escape") setTyped(null);
      }}
    />
  );
}
