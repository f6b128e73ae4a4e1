/** Source around a line, as text: coloured, virtual, the line marked. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/compat";
import type { SourceFile } from "../../../src/protocol/source.ts";
import { Icon } from "../components/icon.tsx";
import { Shown } from "../components/shown.tsx";
import { useVirtualizer } from "../components/use-virtualizer.ts";
import type { Piece } from "./highlight.ts";

const LINE_HEIGHT = 18;
/** A longer line is cut: a bundle on one line would stop the page. */
const LONGEST_LINE = 2_000;

export function SourceView({ file, label }: { file: SourceFile; label: string }) {
  const box = useRef<HTMLElement>(null);
  const lines = useLines(file);
  const at = file.line === null ? null : file.line - 1;
  const virtual = useVirtualizer({
    count: lines.texts.length,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
    initialRect: { width: 600, height: 400 },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each file and line
  useEffect(() => {
    if (at !== null) virtual.scrollToIndex(at, { align: "center" });
  }, [file, at]);
  const digits = String(lines.texts.length).length;
  return (
    <>
      {file.changed_since && (
        <p className="note source-note">
          <Icon name="warning" /> The file was changed after the call, at{" "}
          {new Date(file.modified_at * 1000).toLocaleString()}: lines may have moved.
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <section className="source" ref={box} tabIndex={0} aria-label={label}>
        <div className="source-lines" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => (
            <div
              key={item.key}
              className="source-line"
              data-here={item.index === at}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <span className="source-number" style={{ width: `${digits + 1}ch` }}>
                {item.index + 1}
              </span>
              <code>
                <Line text={lines.texts[item.index] ?? ""} pieces={lines.pieces?.[item.index] ?? []} />
              </code>
            </div>
          ))}
        </div>
      </section>
    </>
  );
}

/** The lines of a file; their colours come a moment later. */
function useLines(file: SourceFile): { texts: readonly string[]; pieces: Piece[][] | null } {
  const [texts, setTexts] = useState(() => file.text.split("\n"));
  const [pieces, setPieces] = useState<Piece[][] | null>(null);
  useEffect(() => {
    let isGone = false;
    setTexts(file.text.split("\n"));
    setPieces(null);
    void import("./highlight.ts").then(({ highlightLines }) => {
      if (!isGone) setPieces(highlightLines(file.text, file.language));
    });
    return () => {
      isGone = true;
    };
  }, [file]);
  return { texts, pieces };
}

function Line({ text, pieces }: { text: string; pieces: readonly Piece[] }) {
  const shown = text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)}…` : text;
  const parts: ComponentChildren[] = [];
  let at = 0;
  for (const piece of pieces) {
    if (piece.from >= shown.length) break;
    if (piece.from > at) parts.push(<Shown key={at} text={shown.slice(at, piece.from)} block />);
    parts.push(
      <span key={piece.from} className={piece.className}>
        <Shown text={shown.slice(piece.from, piece.to)} block />
      </span>,
    );
    at = piece.to;
  }
  parts.push(<Shown key={at} text={shown.slice(at)} block />);
  return parts;
}
