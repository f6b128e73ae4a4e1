/** Every call, the newest at the bottom. Stays where it is when calls come, unless it is at its end. */
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useSyncExternalStore,
} from "preact/compat";
import type { CallSummary } from "../../../src/protocol/records.ts";
import { useApp, useSelector } from "../components/context.ts";
import { focusNow } from "../components/focus.ts";
import { runKey } from "../components/run-key.ts";
import { useAfterFrame } from "../components/use-after-frame.ts";
import { useIsPhone } from "../components/use-media.ts";
import { usePrefs } from "../prefs.ts";
import { BlankRow, CallRow, rowId } from "./call-row.tsx";
import { ColumnHeads } from "./column-heads.tsx";
import { gridTemplate } from "./column-widths.ts";
import { chosen } from "./columns.tsx";
import { linesOf, saidOfCopy } from "./copied-calls.ts";
import { ListProblem } from "./list-problem.tsx";
import { useListCommands } from "./use-list-commands.ts";
import { useMarks } from "./use-marks.ts";
import { usePausedIds } from "./use-paused.ts";
import { useScroll } from "./use-scroll.ts";
import { OVERSCAN, offsetOf, placeRows, scrollFor } from "./virtual-rows.ts";

export const ROW = 28;
/** A scroll this near to the end is at the end. */
const AT_END = 6;

export function CallList() {
  const { feed, actions } = useApp();
  const state = useSyncExternalStore(feed.subscribe, feed.get);
  const isFollowing = useSyncExternalStore(feed.subscribe, feed.getFollowing);
  const box = useRef<HTMLDivElement>(null);
  const [scroll, read] = useScroll(box);
  const { columns: ids, widths } = usePrefs();
  const isPhone = useIsPhone();
  const columns = useMemo(() => chosen(ids, isPhone), [ids, isPhone]);
  const grid = { ["--columns" as string]: gridTemplate(columns, isPhone ? {} : widths) };
  const paused = usePausedIds();
  const selected = useSelectedId();
  const marks = useMarks();

  const { rows, before } = state;
  const count = before + rows.length + state.after;
  // At the end the place is known before the box is scrolled there: no row is drawn in vain.
  const top = isFollowing ? scrollFor(count, ROW, scroll.viewport, count) : scroll.top;
  // The first picture has what is seen.
  const overscan = useAfterFrame() ? OVERSCAN : 0;
  const place = placeRows(count, ROW, top, scroll.viewport, scroll.skew, overscan);
  const shown = useRef({ count, skew: 0 });

  const select = useCallback(
    (call: CallSummary) => {
      const id = paused.has(call.call_id) ? call.call_id : String(call.number);
      feed.know(id);
      actions.selectCall(id);
    },
    [actions, feed, paused],
  );
  const callId = useSelector(({ callId }) => callId);
  useEffect(() => void feed.find(callId), [feed, callId]);
  const pick = useCallback(
    (call: CallSummary, event: MouseEvent) => {
      if (event.metaKey || event.ctrlKey) marks.toggle(call);
      else if (event.shiftKey) marks.extend(call, feed.get().rows);
      else {
        marks.clear(call);
        select(call);
      }
    },
    [feed, marks, select],
  );

  /** Keeps the place when rows came before it; follows the end only from the end. */
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new state is what this answers to.
  useLayoutEffect(() => {
    const list = box.current;
    if (!list) return;
    const shift = feed.takeShift();
    const before = shown.current;
    const found = feed.takeFound();
    let skew = scroll.skew;
    if (feed.getFollowing()) list.scrollTop = list.scrollHeight;
    else if (shift !== 0 || before.count !== count) {
      const offset =
        offsetOf(before.count, ROW, list.scrollTop, list.clientHeight, before.skew) + shift * ROW;
      const wanted = scrollFor(count, ROW, list.clientHeight, offset / ROW);
      if (wanted !== list.scrollTop) list.scrollTop = wanted;
      skew = offset - offsetOf(count, ROW, list.scrollTop, list.clientHeight);
    }
    shown.current = { count, skew };
    if (found !== null) center(found);
    read(skew);
  }, [state, feed, read]);

  // Lower than before (the event log was opened): the newest stays in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new height is what this answers to.
  useLayoutEffect(() => {
    if (box.current && feed.getFollowing()) box.current.scrollTop = box.current.scrollHeight;
  }, [feed, scroll.viewport]);

  // Back on this page: where it was.
  useLayoutEffect(() => {
    if (box.current) box.current.scrollTop = feed.getFollowing() ? box.current.scrollHeight : feed.scrollTop;
  }, [feed]);

  useEffect(() => feed.look(place.firstSeen, place.lastSeen), [feed, place.firstSeen, place.lastSeen]);
  useEffect(() => () => feed.rest(), [feed]);

  const onScroll = () => {
    const list = box.current;
    if (!list) return;
    feed.scrollTop = list.scrollTop;
    const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < AT_END;
    // On the way to the end, the rows that are there are not the last yet; on the way elsewhere, the end is left behind.
    if (!isAtEnd) feed.follow(false);
    else if (!feed.window.isJumping) feed.follow(feed.get().isLast || feed.getFollowing());
    read();
  };

  const reveal = (index: number) => {
    const list = box.current;
    if (!list) return;
    const margin = 1;
    const visible = Math.floor(list.clientHeight / ROW) - 1;
    const seen = placeRows(count, ROW, list.scrollTop, list.clientHeight);
    if (index < seen.firstSeen + margin) {
      feed.follow(false);
      list.scrollTop = scrollFor(count, ROW, list.clientHeight, index - margin);
    } else if (index > seen.lastSeen - margin)
      list.scrollTop = scrollFor(count, ROW, list.clientHeight, index - visible + margin);
  };

  /** In the middle, unless it is in sight already. */
  function center(index: number): void {
    const list = box.current;
    if (!list) return;
    const visible = Math.floor(list.clientHeight / ROW);
    const seen = placeRows(count, ROW, list.scrollTop, list.clientHeight);
    if (index >= seen.firstSeen + 1 && index <= seen.lastSeen - 1) return;
    list.scrollTop = scrollFor(count, ROW, list.clientHeight, index - Math.floor(visible / 2));
  }

  const indexOfSelected = () =>
    rows.findIndex((call) => selected.has(String(call.number)) || selected.has(call.call_id));

  const goTo = (index: number) => {
    const call = rows[Math.min(Math.max(index, 0), rows.length - 1)];
    if (!call) return;
    select(call);
    reveal(before + rows.indexOf(call));
  };
  const move = (step: number) => {
    const at = indexOfSelected();
    const from = at === -1 ? Math.min(place.lastSeen - before, rows.length - 1) + (step > 0 ? 0 : 1) : at;
    goTo(from + step);
  };
  const toStart = () => {
    feed.follow(false);
    feed.window.toStart();
    if (box.current) box.current.scrollTop = 0;
  };
  const toEnd = () => {
    feed.follow(true);
    if (!feed.get().isLast) feed.window.toEnd();
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  };

  useListCommands({ move, toStart, toEnd, current: rows[indexOfSelected()] ?? null, marks });

  const page = Math.max(1, place.lastSeen - place.firstSeen - 1);
  const onKey = (event: KeyboardEvent) =>
    runKey(
      event,
      new Map([
        ["ArrowDown", () => move(1)],
        ["ArrowUp", () => move(-1)],
        ["PageDown", () => move(page)],
        ["PageUp", () => move(-page)],
        [" ", () => move(event.shiftKey ? -page : page)],
        ["Home", toStart],
        ["End", toEnd],
        ["Enter", () => focusNow('.detail [role="tree"]')],
      ]),
    );

  const active = rows[indexOfSelected()];
  const onCopy = (event: ClipboardEvent) => {
    const calls = marks.calls.size > 0 ? [...marks.calls.values()] : active ? [active] : [];
    // What was selected as text is what is meant.
    if (calls.length === 0 || !(getSelection()?.isCollapsed ?? true)) return;
    event.preventDefault();
    event.clipboardData?.setData("text/plain", linesOf(calls));
    actions.say(saidOfCopy(calls, "text"));
  };
  const drawn = [];
  for (let index = place.from; index < place.to; index++) {
    const call = rows[index - before];
    drawn.push(
      call ? (
        <CallRow
          key={call.number}
          call={call}
          columns={columns}
          isSelected={selected.has(String(call.number)) || selected.has(call.call_id)}
          isMarked={marks.numbers.has(call.number)}
          isPaused={paused.has(call.call_id)}
          onPick={pick}
        />
      ) : (
        <BlankRow key={`blank-${index}`} />
      ),
    );
  }

  return (
    <>
      <ListProblem state={state} />
      {!isPhone && count > 0 && <ColumnHeads columns={columns} grid={grid} />}
      <div
        ref={box}
        className="call-list"
        role="listbox"
        tabIndex={0}
        aria-label="Calls"
        aria-multiselectable="true"
        aria-activedescendant={active ? rowId(active.number) : undefined}
        style={grid}
        onScroll={onScroll}
        onKeyDown={onKey}
        onCopy={onCopy}
        // Marking a range selects no text.
        onMouseDown={(event) => {
          if (!event.shiftKey) return;
          event.preventDefault();
          box.current?.focus({ preventScroll: true });
        }}
      >
        <div className="tall" style={{ height: place.height }} role="presentation">
          <div className="drawn" style={{ transform: `translateY(${place.top}px)` }} role="presentation">
            {drawn}
          </div>
        </div>
      </div>
    </>
  );
}

/** The names by which the selected call may be known. */
function useSelectedId(): ReadonlySet<string> {
  const callId = useSelector((state) => state.callId);
  const pauseCall = useSelector(
    (state) => state.pauses.find(({ id }) => id === state.selectedId)?.call_data.call_id ?? null,
  );
  return useMemo(() => new Set([callId, pauseCall].filter((id) => id !== null)), [callId, pauseCall]);
}
