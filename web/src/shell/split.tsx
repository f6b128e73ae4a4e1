/**
 * Two areas with a border to drag (or to move with the arrow keys) between them. Where it stands is kept in this browser.
 * The style sheet does the sizing: one side has a size, the other takes what is left, and neither gets less than its least.
 */
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/compat";
import { keepText, readText } from "../storage.ts";

interface Side {
  content: ComponentChildren;
  /** In pixels. */
  least: number;
}

interface SplitProps {
  /** Names what is kept. */
  id: string;
  orientation: "horizontal" | "vertical";
  /** What the border is between, for those who do not see it. */
  label: string;
  /** Which side keeps its size when the whole changes, in which unit, and how much it has at first. */
  sized: { side: "first" | "second"; unit: "%" | "px"; usual: number };
  first: Side;
  /** Null leaves the whole area to the first. */
  second: Side | null;
}

/** A press of an arrow key moves the border by this many hundredths of the whole. */
const STEP = 5;

export function Split({ id, orientation, label, sized, first, second }: SplitProps) {
  const key = `cideldill.split.${id}`;
  const [size, setSize] = useState(() => kept(key) ?? sized.usual);
  const [isDragged, setDragged] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const isAcross = orientation === "horizontal";
  const isFirst = sized.side === "first";

  /** Pixels of the sized side, and how many it may have; measured when the border is moved and not before. */
  const measure = () => {
    const rect = box.current?.getBoundingClientRect();
    const part = box.current?.children[isFirst ? 0 : 2]?.getBoundingClientRect();
    if (!rect || !part || !second) return null;
    const whole = isAcross ? rect.width : rect.height;
    const [least, other] = isFirst ? [first.least, second.least] : [second.least, first.least];
    const now = isAcross ? part.width : part.height;
    return {
      whole,
      now,
      least,
      most: Math.max(least, whole - other),
      start: isAcross ? rect.left : rect.top,
    };
  };
  const resize = (pixels: number, { whole, least, most }: NonNullable<ReturnType<typeof measure>>) => {
    const fit = Math.min(Math.max(pixels, least), most);
    const next = sized.unit === "px" ? Math.round(fit) : Math.round((fit / whole) * 10_000) / 100;
    setSize(next);
    keepText(() => localStorage, key, String(next));
  };
  const onMove = (event: PointerEvent) => {
    const at = isDragged ? measure() : null;
    if (!at) return;
    const offset = (isAcross ? event.clientX : event.clientY) - at.start;
    resize(isFirst ? offset : at.whole - offset, at);
  };
  const onKey = (event: KeyboardEvent) => {
    const at = measure();
    if (!at) return;
    const step = ((isFirst ? 1 : -1) * at.whole * STEP) / 100;
    const wanted = new Map([
      [isAcross ? "ArrowRight" : "ArrowDown", at.now + step],
      [isAcross ? "ArrowLeft" : "ArrowUp", at.now - step],
      ["Home", isFirst ? at.least : at.most],
      ["End", isFirst ? at.most : at.least],
    ]).get(event.key);
    if (wanted === undefined) return;
    event.preventDefault();
    resize(wanted, at);
  };

  const panel = (side: "first" | "second", { content, least }: Side) => (
    <div
      key={side}
      id={`split-${id}-${side}`}
      className="split-panel"
      style={{
        [isAcross ? "minWidth" : "minHeight"]: least,
        // It gives way when the other has its least.
        flex: second === null || side !== sized.side ? "1 1 0" : `0 1 ${size}${sized.unit}`,
      }}
    >
      {content}
    </div>
  );
  return (
    <div ref={box} className={`split split-${orientation}`}>
      {panel("first", first)}
      {second && (
        // biome-ignore lint/a11y/useSemanticElements: a rule between two parts of a text is no border to drag.
        <div
          key="border"
          role="separator"
          className="separator"
          tabIndex={0}
          aria-label={label}
          aria-controls={`split-${id}-${sized.side}`}
          aria-orientation={isAcross ? "vertical" : "horizontal"}
          aria-valuenow={Math.round(size)}
          aria-valuetext={`${Math.round(size)} ${sized.unit}`}
          data-dragged={isDragged}
          onPointerDown={(event) => {
            if (event.button !== 0) return;
            event.currentTarget.setPointerCapture(event.pointerId);
            setDragged(true);
          }}
          onPointerMove={onMove}
          onLostPointerCapture={() => setDragged(false)}
          onKeyDown={onKey}
        />
      )}
      {second && panel("second", second)}
    </div>
  );
}

function kept(key: string): number | null {
  const text = readText(() => localStorage, key);
  const size = Number(text);
  return text !== null && Number.isFinite(size) && size > 0 ? size : null;
}
