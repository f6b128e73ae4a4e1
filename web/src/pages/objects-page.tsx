/** Values by what they are: each is kept once, however many calls used it. */
import { useEffect, useState } from "preact/compat";
import { reasonOf } from "../api.ts";
import { count } from "../calls/call-words.ts";
import { useApp } from "../components/context.ts";
import { Link } from "../components/link.tsx";
import { RefreshButton } from "../components/refresh-button.tsx";
import { Name } from "../components/shown.tsx";
import { useRemote } from "../components/use-remote.ts";
import { router, useQuery } from "../router.ts";
import { ObjectPanel } from "./object-panel.tsx";
import { Find, Nothing, Page } from "./page.tsx";
import { pagesApi } from "./pages-api.ts";
import { Table, type TableColumn } from "./table.tsx";
import { bytesText, shortCid } from "./value-words.ts";

interface Row {
  readonly cid: string;
  readonly serialization_format: string;
  readonly size: number;
  readonly text: string;
}

const COLUMNS: readonly TableColumn<Row>[] = [
  {
    id: "cid",
    title: "CID",
    show: (row) => (
      <Link to="objects" query={{ ...router.get().query, cid: row.cid }} className="plain-link">
        {shortCid(row.cid)}
      </Link>
    ),
  },
  {
    id: "text",
    title: "Value",
    isWide: true,
    by: (row) => row.text,
    show: (row) => <Name text={row.text} />,
  },
  {
    id: "format",
    title: "Form",
    by: (row) => row.serialization_format,
    show: (row) => (row.serialization_format === "dill" ? "pickle" : "JSON"),
  },
  { id: "size", title: "Size", isNumber: true, by: (row) => row.size, show: (row) => bytesText(row.size) },
];

const ASK_MS = 250;
const AGAIN_MS = 3_000;

export function ObjectsPage() {
  const { actions } = useApp();
  const find = useQuery("find");
  const cid = useQuery("cid");
  const [typed, setTyped] = useState(find);
  // A list of more than one page stays as it is while somebody reads it.
  const [isLong, setLong] = useState(false);
  const first = useRemote(
    `objects ${find}`,
    (signal) => pagesApi.objects(find, null, signal),
    isLong ? undefined : AGAIN_MS,
  );
  useEffect(() => setLong(first.data?.next != null), [first.data]);
  const [more, setMore] = useState<{ of: unknown; rows: readonly Row[]; next: string | null } | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => router.set({ find: typed.trim() }), ASK_MS);
    return () => clearTimeout(timer);
  }, [typed]);

  const added = more?.of === first.data ? more : null;
  const rows = [...(first.data?.objects ?? []), ...(added?.rows ?? [])];
  const next = added ? added.next : (first.data?.next ?? null);
  const showMore = async () => {
    try {
      const page = await pagesApi.objects(find, next);
      setMore({ of: first.data, rows: [...(added?.rows ?? []), ...page.objects], next: page.next });
    } catch (error) {
      actions.complain(reasonOf(error));
    }
  };
  return (
    <Page
      title="Objects"
      about="Every value that passed, kept once under the hash of its bytes (CID), whatever used it."
      problem={first.problem}
      isLoading={first.isLoading}
      tools={
        <>
          <Find label="Text in a value" value={typed} onChange={setTyped} />
          <RefreshButton again={first.again} />
        </>
      }
    >
      {cid !== "" && <ObjectPanel cid={cid} />}
      {rows.length === 0 && !first.isLoading && first.problem === null && (
        <Nothing title={find === "" ? "No value is kept yet" : "No value holds that text"}>
          {find === "" ? "The arguments and results of calls show up here." : "Try fewer words."}
        </Nothing>
      )}
      {rows.length > 0 && (
        <Table
          label="Values"
          columns={COLUMNS}
          rows={rows}
          keyOf={(row) => row.cid}
          usual=""
          selected={cid}
        />
      )}
      {next !== null && (
        <button type="button" className="button more-button" onClick={() => void showMore()}>
          Show more than {count(rows.length)}
        </button>
      )}
    </Page>
  );
}
