/** Rows of one height in a box that scrolls: those in sight are drawn, the arrow keys go from one to the next. */
import type { ComponentChildren } from "preact";
import { useRef } from "preact/compat";
import { runKey } from "../components/run-key.ts";
import { useScroll } from "./use-scroll.ts";
import { placeRows, scrollFor } from "./virtual-rows.ts";

interface VirtualListProps {
  role: "listbox" | "tree";
  label: string;
  count: number;
  /** Height of a row in pixels. */
  row: number;
  /** The row that is chosen; -1 when none is. */
  at: number;
  /** The last row that the keys reach. */
  last: number;
  onChoose: (index: number) => void;
  /** What other keys do: `go` chooses a row and brings it into sight. */
  keys?: readonly (readonly [key: string, run: (go: (index: number) => void) => void])[];
  idOf: (index: number) => string;
  children: (index: number) => ComponentChildren;
}

export function VirtualList(props: VirtualListProps) {
  const { role, label, count, row, at, last, onChoose, keys = [], idOf, children } = props;
  const box = useRef<HTMLDivElement>(null);
  const [scroll, read] = useScroll(box);
  const place = placeRows(count, row, scroll.top, scroll.viewport);
  const go = (wanted: number) => {
    const index = Math.min(Math.max(wanted, 0), last);
    if (index < 0) return;
    onChoose(index);
    const list = box.current;
    if (!list || (index > place.firstSeen && index < place.lastSeen)) return;
    const above = Math.floor(list.clientHeight / row / 2);
    list.scrollTop = scrollFor(count, row, list.clientHeight, index - above);
  };
  const onKey = (event: KeyboardEvent) =>
    runKey(
      event,
      new Map([
        ["ArrowDown", () => go(at + 1)],
        ["ArrowUp", () => go(at - 1)],
        ["Home", () => go(0)],
        ["End", () => go(last)],
        ...keys.map(([key, run]) => [key, () => run(go)] as const),
      ]),
    );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: its role is one of two, both with a focus and keys.
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: both have a label.
    <div
      ref={box}
      className="call-list"
      role={role}
      tabIndex={0}
      aria-label={label}
      aria-activedescendant={at === -1 ? undefined : idOf(at)}
      onScroll={() => read()}
      onKeyDown={onKey}
    >
      <div className="tall" style={{ height: place.height }} role="presentation">
        <div className="drawn" style={{ transform: `translateY(${place.top}px)` }} role="presentation">
          {Array.from({ length: Math.max(0, place.to - place.from) }, (_, offset) =>
            children(place.from + offset),
          )}
        </div>
      </div>
    </div>
  );
}
