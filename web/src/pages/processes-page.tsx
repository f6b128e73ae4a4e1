/** The programs: those that are connected now, and those whose calls are kept. */
import type { ProcessView } from "../../../src/protocol/processes.ts";
import type { RecordedProcess } from "../../../src/protocol/records.ts";
import { api } from "../api.ts";
import { count, momentText } from "../calls/call-words.ts";
import { useApp, useSelector } from "../components/context.ts";
import { Icon } from "../components/icon.tsx";
import { Link } from "../components/link.tsx";
import { Name, Shown } from "../components/shown.tsx";
import { useRemote } from "../components/use-remote.ts";
import { quoted } from "../shell/quoted.ts";
import { Nothing, Page } from "./page.tsx";
import { pagesApi } from "./pages-api.ts";
import { Table, type TableColumn } from "./table.tsx";

const AGAIN_MS = 2_000;

const CONNECTIONS = {
  live: { icon: "link", tone: "ok", text: "live" },
  http: { icon: "link", tone: "dim", text: "over HTTP" },
  lost: { icon: "unlink", tone: "bad", text: "lost, may come back" },
} as const;

const NOW: readonly TableColumn<ProcessView>[] = [
  {
    id: "program",
    title: "Program",
    by: nameOf,
    show: (row) => <Name text={nameOf(row)} />,
  },
  {
    id: "connection",
    title: "Connection",
    by: (row) => row.connection,
    show: (row) => {
      const { icon, tone, text } = CONNECTIONS[row.connection];
      return (
        <span className={tone}>
          <Icon name={icon} /> {text}
        </span>
      );
    },
  },
  {
    id: "runtime",
    title: "Runs on",
    by: (row) => row.runtime ?? "",
    show: (row) => <Shown text={[row.runtime, row.library].filter((part) => part).join(" · ")} />,
  },
  {
    id: "pid",
    title: "pid",
    isNumber: true,
    by: (row) => row.process_pid,
    show: (row) => row.process_pid || "page",
  },
  { id: "calls", title: "Calls", isNumber: true, by: (row) => row.calls, show: (row) => count(row.calls) },
  { id: "since", title: "Since", by: (row) => row.connected_at, show: (row) => momentText(row.connected_at) },
  { id: "actions", title: "", show: (row) => <Actions row={row} /> },
];

const KEPT: readonly TableColumn<RecordedProcess>[] = [
  {
    id: "program",
    title: "Program",
    by: (row) => row.process_name,
    show: (row) => <Name text={row.program ?? row.page_url ?? row.process_name} />,
  },
  { id: "session", title: "Session", isNumber: true, by: (row) => row.session, show: (row) => row.session },
  {
    id: "runtime",
    title: "Ran on",
    by: (row) => row.runtime ?? "",
    show: (row) => <Shown text={row.runtime ?? ""} />,
  },
  {
    id: "pid",
    title: "pid",
    isNumber: true,
    by: (row) => row.process_pid,
    show: (row) => row.process_pid || "page",
  },
  {
    id: "started",
    title: "Started",
    by: (row) => row.process_start_time,
    show: (row) => momentText(row.process_start_time),
  },
  {
    id: "actions",
    title: "",
    show: (row) => <CallsLink processKey={row.process_key} />,
  },
];

function nameOf(process: ProcessView): string {
  return process.program ?? process.page_url ?? `process ${process.process_pid}`;
}

export function ProcessesPage() {
  const processes = useSelector((state) => state.processes);
  const fresh = useRemote("processes", api.processes, AGAIN_MS);
  const kept = useRemote("kept processes", pagesApi.recordedProcesses);
  const counts = new Map(fresh.data?.processes.map((each) => [each.process_key, each.calls]));
  const rows = processes.map((each) => ({ ...each, calls: counts.get(each.process_key) ?? each.calls }));
  const here = new Set(rows.map(({ process_key }) => process_key));
  const gone = (kept.data?.processes ?? []).filter(({ process_key }) => !here.has(process_key));
  return (
    <Page
      title="Programs"
      about="Who reports calls to this server, now and in what is kept."
      isLoading={fresh.isLoading}
    >
      {rows.length === 0 ? (
        <Nothing title="No program is connected">
          <Link to="calls">Three lines</Link> connect one. It shows up here by itself.
        </Nothing>
      ) : (
        <Table
          label="Connected programs"
          columns={NOW}
          rows={rows}
          keyOf={(row) => row.process_key}
          usual="program"
        />
      )}
      {gone.length > 0 && (
        <>
          <h3 className="subtitle page-subtitle">
            Gone <span>{count(gone.length)}</span>
          </h3>
          <Table
            label="Programs that are gone"
            columns={KEPT}
            rows={gone}
            keyOf={(row) => `${row.session} ${row.process_key}`}
            usual="-started"
          />
        </>
      )}
    </Page>
  );
}

function CallsLink({ processKey }: { processKey: string }) {
  return (
    <span className="row-actions">
      <Link to="calls" query={{ q: `process:${quoted(processKey)}` }} className="button small quiet">
        <Icon name="calls" /> Calls
      </Link>
      <Link to="calls" query={{ view: "tree", process: processKey }} className="button small quiet">
        <Icon name="tree" /> Tree
      </Link>
    </span>
  );
}

function Actions({ row }: { row: ProcessView }) {
  const { actions } = useApp();
  const flow = useSelector((state) => state.flow);
  const key = row.process_key;
  const isNext = flow?.pause_next_of.includes(key) ?? false;
  const isMuted = flow?.muted_processes.includes(key) ?? false;
  const pauseNext = () =>
    void (isNext
      ? actions.setFlow({ pause_next: false }, "The next call does not pause", { pause_next: key })
      : actions.setFlow({ pause_next: key }, "The next call of this program pauses", { pause_next: false }));
  const mute = () =>
    void (isMuted
      ? actions.setFlow({ unmute_process: key }, "This program pauses again", { mute_process: key })
      : actions.setFlow({ mute_process: key }, "This program runs free: nothing of it pauses", {
          unmute_process: key,
        }));
  return (
    <span className="row-actions">
      <CallsLink processKey={key} />
      <button
        type="button"
        className="button small toggle"
        aria-pressed={isNext}
        disabled={flow === null}
        onClick={pauseNext}
      >
        <Icon name="pauseNext" /> {isNext ? "Pausing next…" : "Pause next"}
      </button>
      <button
        type="button"
        className="button small toggle muted"
        aria-pressed={isMuted}
        disabled={flow === null}
        title="It runs free: its breakpoints do nothing"
        onClick={mute}
      >
        <Icon name={isMuted ? "muted" : "unmuted"} /> {isMuted ? "Muted" : "Mute"}
      </button>
    </span>
  );
}
