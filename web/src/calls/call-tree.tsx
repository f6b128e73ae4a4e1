/** Who called whom: the calls of one program, each under the one it was made in. */
import { useEffect, useMemo, useRef, useState } from "preact/compat";
import type { CallSummary } from "../../../src/protocol/records.ts";
import { durationText } from "../../../src/protocol/words.ts";
import { reasonOf } from "../api.ts";
import { useApp, useSelector } from "../components/context.ts";
import { Icon } from "../components/icon.tsx";
import { RefreshButton } from "../components/refresh-button.tsx";
import { Shown } from "../components/shown.tsx";
import { useRemote } from "../components/use-remote.ts";
import { plainText } from "../values/visible-text.ts";
import { markOf, valuesText } from "./call-words.ts";
import { Text } from "./columns.tsx";
import { recordApi, type TreeNode } from "./record-api.ts";
import { type TreeRow, treeRows, withChildren, withNewer } from "./tree-rows.ts";
import { usePausedIds } from "./use-paused.ts";
import { useProcessChoice } from "./use-process-choice.ts";
import { VirtualList } from "./virtual-list.tsx";

const ROW = 28;
const INDENT = 14;
const LIMIT = 500;
/** New calls are looked for this often, when there are some. */
const EVERY_MS = 1_000;

interface Forest {
  readonly roots: readonly TreeNode[];
  /** Where it goes on; null at its end, where new calls show up. */
  readonly next: string | null;
  /** Where its last page began: only that is read again. */
  readonly cursor: string | null;
}

const NOTHING: Forest = { roots: [], next: null, cursor: null };

export function CallTree() {
  const { actions } = useApp();
  const paused = usePausedIds();
  const { process, choices, choose } = useProcessChoice();
  const first = useRemote(process === null ? null : `tree ${process}`, (signal) =>
    recordApi.processTree({ process: process ?? "", limit: LIMIT }, signal),
  );
  const [forest, setForest] = useState(NOTHING);
  const [closed, setClosed] = useState<ReadonlySet<number>>(new Set());
  useEffect(() => setForest(first.data ? { ...first.data, cursor: null } : NOTHING), [first.data]);
  useNewer(process, first.data !== null, forest, setForest);

  const rows = useMemo(() => treeRows(forest.roots, closed), [forest.roots, closed]);
  const total = rows.length + (forest.next === null ? 0 : 1);
  const selected = useSelector((state) => state.callId);
  const at = rows.findIndex((row) => row.kind === "call" && isCall(row.call, selected));

  const fold = (number: number, isOpen: boolean) => {
    const next = new Set(closed);
    if (isOpen) next.delete(number);
    else next.add(number);
    setClosed(next);
  };
  const loadMore = async (row: Extract<TreeRow, { kind: "more" }> | null) => {
    try {
      if (row === null) {
        const page = await recordApi.processTree({
          process: process ?? "",
          limit: LIMIT,
          cursor: forest.next ?? "",
        });
        setForest((before) => ({
          roots: [...before.roots, ...page.roots],
          next: page.next,
          cursor: forest.next,
        }));
        return;
      }
      const { root } = await recordApi.callTree(row.of.number, { cursor: row.cursor, limit: LIMIT });
      setForest((before) => ({
        ...before,
        roots: withChildren(before.roots, row.of.number, root.children, root.more),
      }));
    } catch (error) {
      actions.complain(reasonOf(error));
    }
  };

  const pick = (index: number) => {
    const row = rows[index];
    if (row?.kind === "call") actions.selectCall(String(row.call.number));
  };
  const open = rows[at]?.kind === "call" ? rows[at] : null;
  const right = (go: (index: number) => void) => {
    if (!open || open.children === 0) return;
    if (open.isOpen) go(at + 1);
    else fold(open.call.number, true);
  };
  const left = (go: (index: number) => void) => {
    if (open?.isOpen && open.children > 0) fold(open.call.number, false);
    else if (open) go(rows.findLastIndex((each, index) => index < at && each.depth < open.depth));
  };

  return (
    <>
      <div className="view-bar">
        <label>
          Program{" "}
          <select value={process ?? ""} onChange={(event) => choose(event.currentTarget.value)}>
            {choices.map(({ key, name }) => (
              <option key={key} value={key}>
                {plainText(name, 80)}
              </option>
            ))}
          </select>
        </label>
        <span className="space" />
        <RefreshButton again={first.again} />
      </div>
      {first.problem !== null && (
        <p className="list-note bad" role="alert">
          <Icon name="warning" /> <Shown text={first.problem} />
        </p>
      )}
      {first.problem === null && rows.length === 0 && (
        <p className="list-note">
          {first.isLoading ? "Asking the server…" : "No call of this program is kept."}
        </p>
      )}
      <VirtualList
        role="tree"
        label="Calls and the calls they made"
        count={total}
        row={ROW}
        at={at}
        last={rows.length - 1}
        onChoose={pick}
        keys={[
          ["ArrowRight", right],
          ["ArrowLeft", left],
        ]}
        idOf={(index) => `tree-${index}`}
      >
        {(index) => {
          const row = rows[index];
          if (!row || row.kind === "more") {
            return (
              <More key={`more-${index}`} depth={row?.depth ?? 0} onMore={() => void loadMore(row ?? null)} />
            );
          }
          return (
            <TreeCall
              key={row.call.number}
              id={`tree-${index}`}
              row={row}
              isSelected={index === at}
              isPaused={paused.has(row.call.call_id)}
              onFold={fold}
              onPick={() => pick(index)}
            />
          );
        }}
      </VirtualList>
    </>
  );
}

/** At its end the tree takes in what is recorded: its last page is read again, however many calls came. */
function useNewer(
  process: string | null,
  isLoaded: boolean,
  forest: Forest,
  setForest: (change: (before: Forest) => Forest) => void,
): void {
  const { feed } = useApp();
  const shown = useRef(forest);
  shown.current = forest;
  const seen = useRef(feed.changes);
  useEffect(() => {
    if (process === null || !isLoaded) return;
    const control = new AbortController();
    let isAsking = false;
    const look = async () => {
      const { next, cursor } = shown.current;
      if (isAsking || next !== null || seen.current === feed.changes || document.hidden) return;
      const changes = feed.changes;
      isAsking = true;
      try {
        const query = { process, limit: LIMIT, ...(cursor === null ? {} : { cursor }) };
        const page = await recordApi.processTree(query, control.signal);
        seen.current = changes;
        setForest((before) =>
          before.cursor === cursor && before.next === null
            ? { roots: withNewer(before.roots, Number(cursor ?? 0), page.roots), next: page.next, cursor }
            : before,
        );
      } catch {
        // Without the server the banner says so; what is wrong otherwise, the next answer may not have.
      }
      isAsking = false;
    };
    const timer = setInterval(() => void look(), EVERY_MS);
    return () => {
      clearInterval(timer);
      control.abort();
    };
  }, [process, isLoaded, feed, setForest]);
}

const isCall = (call: CallSummary, id: string | null) => id === String(call.number) || id === call.call_id;

interface TreeCallProps {
  id: string;
  row: Extract<TreeRow, { kind: "call" }>;
  isSelected: boolean;
  isPaused: boolean;
  onFold: (number: number, isOpen: boolean) => void;
  onPick: () => void;
}

function TreeCall({ id, row, isSelected, isPaused, onFold, onPick }: TreeCallProps) {
  const { call, depth, children, isOpen } = row;
  const mark = markOf(call, isPaused);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree around it has the keys.
    // biome-ignore lint/a11y/useFocusableInteractive: the tree around it has the focus.
    <div
      id={id}
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={isSelected}
      aria-expanded={children > 0 ? isOpen : undefined}
      className={`row tree-row ${isSelected ? "is-selected" : ""}`}
      style={{ paddingLeft: 8 + Math.min(depth, 24) * INDENT }}
      data-call={call.number}
      onClick={onPick}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the arrow keys open and close. */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys open and close. */}
      <span
        className={`fold ${isOpen ? "is-open" : ""}`}
        onClick={(event) => {
          event.stopPropagation();
          if (children > 0) onFold(call.number, !isOpen);
        }}
      >
        {children > 0 && <Icon name="right" />}
      </span>
      <span className={mark.tone} title={mark.text}>
        <Icon name={mark.icon} />
        <span className="hidden">{mark.text}</span>
      </span>
      <Text text={call.function_name} className="tree-name" />
      <Text text={valuesText(call)} className={call.status === "exception" ? "bad" : "dim"} />
      <span className="cell faint number">{durationText(call.duration_ms)}</span>
    </div>
  );
}

function More({ depth, onMore }: { depth: number; onMore: () => void }) {
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the button in it has the focus.
    <div
      className="row tree-row"
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={false}
      style={{ paddingLeft: 8 + Math.min(depth, 24) * INDENT }}
    >
      <button type="button" className="link" onClick={onMore}>
        Show more
      </button>
    </div>
  );
}
