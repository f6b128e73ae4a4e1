/** Names of the columns above the list. The border between two is dragged, or moved by the arrow keys. */
import type { CSSProperties } from "preact";
import { useRef, useState } from "preact/compat";
import { runKey } from "../components/run-key.ts";
import { prefs } from "../prefs.ts";
import { moved, reset, type Widths } from "./column-widths.ts";
import type { Column } from "./columns.tsx";
import { COLUMNS_MENU } from "./columns-menu.tsx";

/** A press of an arrow key moves a border by so many pixels. */
const STEP = 16;

interface ColumnHeadsProps {
  columns: readonly Column[];
  grid: CSSProperties;
}

export function ColumnHeads({ columns, grid }: ColumnHeadsProps) {
  const box = useRef<HTMLDivElement>(null);
  /** Pixels of each column, measured when a border is moved and not before. */
  const measure = () =>
    [...(box.current?.querySelectorAll(".column-head") ?? [])].map(
      (head) => head.getBoundingClientRect().width,
    );
  return (
    <div ref={box} className="row column-heads" style={grid}>
      <span />
      {columns.map((column, at) => (
        <span key={column.id} className={`column-head ${column.isNumber ? "number" : ""}`}>
          {/* The keyboard has the button of the same menu. */}
          <button
            type="button"
            tabIndex={-1}
            className="cell column-title"
            title={`${column.title}. Click to choose columns`}
            popoverTarget={COLUMNS_MENU}
          >
            {column.title}
          </button>
          {at < columns.length - 1 && (
            <Border
              title={column.title}
              measure={measure}
              move={(by, from) => prefs.set({ widths: moved(columns, from.widths, from.pixels, at, by) })}
              onReset={() => prefs.set({ widths: reset(columns, prefs.get().widths, at) })}
              at={at}
            />
          )}
        </span>
      ))}
    </div>
  );
}

/** How it was when the border was taken. */
interface Start {
  widths: Widths;
  pixels: readonly number[];
}

interface BorderProps {
  title: string;
  at: number;
  measure: () => readonly number[];
  move: (by: number, from: Start) => void;
  onReset: () => void;
}

function Border({ title, at, measure, move, onReset }: BorderProps) {
  const [drag, setDrag] = useState<(Start & { x: number }) | null>(null);
  const [width, setWidth] = useState(0);
  const start = (): Start => ({ widths: prefs.get().widths, pixels: measure() });
  const say = () => setWidth(Math.round(measure()[at] ?? 0));
  const step = (by: number) => {
    move(by, start());
    requestAnimationFrame(say);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule between two parts of a text is no border to drag.
    <span
      role="separator"
      className="column-border"
      tabIndex={0}
      aria-label={`Width of ${title}`}
      aria-orientation="vertical"
      aria-valuenow={width}
      aria-valuetext={`${width} px`}
      title="Drag to resize, double-click to reset"
      data-dragged={drag !== null}
      onFocus={say}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag({ ...start(), x: event.clientX });
      }}
      onPointerMove={(event) => drag && move(event.clientX - drag.x, drag)}
      onLostPointerCapture={() => setDrag(null)}
      onDblClick={onReset}
      onKeyDown={(event) =>
        runKey(
          event,
          new Map([
            ["ArrowLeft", () => step(-STEP)],
            ["ArrowRight", () => step(STEP)],
            ["Enter", onReset],
          ]),
        )
      }
    />
  );
}
