/** Every function that a program made known or that was called: how often, how long, how well. */
import { useMemo } from "preact/compat";
import type { FunctionStats } from "../../../src/protocol/objects.ts";
import { durationText } from "../../../src/protocol/words.ts";
import { count } from "../calls/call-words.ts";
import { BreakpointToggle } from "../components/breakpoint-toggle.tsx";
import { useSelector } from "../components/context.ts";
import { Icon } from "../components/icon.tsx";
import { Link } from "../components/link.tsx";
import { Name } from "../components/shown.tsx";
import { useRemote } from "../components/use-remote.ts";
import { router, useQuery } from "../router.ts";
import { quoted } from "../shell/quoted.ts";
import { plainText } from "../values/visible-text.ts";
import { FunctionPanel } from "./function-panel.tsx";
import { Find, Nothing, Page } from "./page.tsx";
import { pagesApi } from "./pages-api.ts";
import { Table, type TableColumn } from "./table.tsx";

const AGAIN_MS = 4_000;

export interface FunctionRow {
  readonly name: string;
  readonly stats: FunctionStats | null;
  readonly isKnown: boolean;
}

const COLUMNS: readonly TableColumn<FunctionRow>[] = [
  { id: "name", title: "Function", by: (row) => row.name, show: (row) => <FunctionLink row={row} /> },
  figure("count", "Calls", (row) => row.stats?.count ?? 0, count),
  {
    id: "errors",
    title: "Errors",
    isNumber: true,
    by: (row) => row.stats?.errors ?? 0,
    show: (row) => {
      const errors = row.stats?.errors ?? 0;
      return <span className={errors > 0 ? "bad" : "faint"}>{count(errors)}</span>;
    },
  },
  figure("p50", "Median", (row) => row.stats?.p50_ms ?? null, durationText),
  figure("p95", "95 %", (row) => row.stats?.p95_ms ?? null, durationText),
  figure("max", "Longest", (row) => row.stats?.max_ms ?? null, durationText),
  figure("total", "In all", (row) => row.stats?.total_ms ?? null, durationText),
  figure("distinct", "Distinct", (row) => row.stats?.distinct_arguments ?? null, count),
  {
    id: "nondeterministic",
    title: "Varies",
    isNumber: true,
    by: (row) => row.stats?.nondeterministic ?? 0,
    show: (row) =>
      (row.stats?.nondeterministic ?? 0) > 0 ? (
        <span title="The same arguments gave different results">
          {count(row.stats?.nondeterministic ?? 0)}
        </span>
      ) : (
        ""
      ),
  },
  { id: "actions", title: "", show: (row) => <Actions row={row} /> },
];

function figure(
  id: string,
  title: string,
  by: (row: FunctionRow) => number | null,
  text: (value: number) => string,
): TableColumn<FunctionRow> {
  return {
    id,
    title,
    isNumber: true,
    by,
    show: (row) => {
      const value = by(row);
      return value === null ? "" : <span className={value === 0 ? "faint" : ""}>{text(value)}</span>;
    },
  };
}

export function FunctionsPage() {
  const known = useSelector((state) => state.functions);
  const breakpoints = useSelector((state) => state.breakpoints);
  const find = useQuery("find");
  const chosen = useQuery("name");
  const { data, problem, isLoading } = useRemote("stats", pagesApi.stats, AGAIN_MS);
  const all = useMemo(
    () => rowsOf(known, new Set(breakpoints.map(({ name }) => name)), data?.functions ?? []),
    [known, breakpoints, data],
  );
  const wanted = find.toLowerCase();
  const rows = wanted === "" ? all : all.filter(({ name }) => name.toLowerCase().includes(wanted));
  return (
    <Page
      title="Functions"
      about="What programs wrapped, and what was called. A known function does not pause; a breakpoint on it does."
      problem={problem}
      isLoading={isLoading}
      tools={<Find label="Find a function" value={find} onChange={(text) => router.set({ find: text })} />}
    >
      {chosen !== "" && <FunctionPanel name={chosen} row={all.find(({ name }) => name === chosen) ?? null} />}
      {all.length === 0 && !isLoading && (
        <Nothing title="No function is known yet">
          A program that wraps one makes it known: <Link to="calls">three lines</Link> do it.
        </Nothing>
      )}
      {all.length > 0 && rows.length === 0 && (
        <Nothing title="None is called that">Try fewer letters.</Nothing>
      )}
      {rows.length > 0 && (
        <Table
          label="Functions"
          columns={COLUMNS}
          rows={rows}
          keyOf={(row) => row.name}
          usual="-count"
          selected={chosen}
        />
      )}
    </Page>
  );
}

function rowsOf(
  known: readonly string[],
  broken: ReadonlySet<string>,
  stats: readonly FunctionStats[],
): readonly FunctionRow[] {
  const byName = new Map(stats.map((each) => [each.function_name, each]));
  const names = new Set([...known, ...byName.keys(), ...broken]);
  const isKnown = new Set(known);
  return [...names].map((name) => ({
    name,
    stats: byName.get(name) ?? null,
    isKnown: isKnown.has(name),
  }));
}

function FunctionLink({ row }: { row: FunctionRow }) {
  const query = { ...router.get().query, name: row.name };
  return (
    <Link to="functions" query={query} className="plain-link">
      <Name text={row.name} />
    </Link>
  );
}

function Actions({ row }: { row: FunctionRow }) {
  const label = plainText(row.name, 80);
  return (
    <span className="row-actions">
      <Link
        to="calls"
        query={{ q: `fn:${quoted(row.name)}` }}
        className="button small quiet"
        title={`Calls of ${label}`}
      >
        <Icon name="calls" /> Calls
      </Link>
      <BreakpointToggle name={row.name} />
    </span>
  );
}
