/**
 * Source code in colours: which pieces of each line are what. Loaded when source is first shown. The parsers are those
 * of the editor, so that both colour alike.
 */
import { highlightTree, tagHighlighter, tags } from "@lezer/highlight";
import { parser as javascript } from "@lezer/javascript";
import { parser as python } from "@lezer/python";
import type { SourceFile } from "../../../src/protocol/source.ts";

/** A piece of a line, from one column to another. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly className: string;
}

/** Larger files stay plain: parsing them would stop the page. */
const MOST = 500_000;

const classes = tagHighlighter([
  {
    tag: [tags.keyword, tags.self, tags.null, tags.bool, tags.operatorKeyword, tags.modifier],
    class: "src-word",
  },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], class: "src-string" },
  { tag: tags.number, class: "src-number" },
  { tag: tags.comment, class: "src-comment" },
  { tag: [tags.typeName, tags.className], class: "src-type" },
  {
    tag: [
      tags.function(tags.variableName),
      tags.function(tags.propertyName),
      tags.function(tags.definition(tags.variableName)),
    ],
    class: "src-call",
  },
]);

const PARSERS = {
  javascript: javascript.configure({ dialect: "jsx" }),
  typescript: javascript.configure({ dialect: "ts jsx" }),
  python,
};

/** Pieces by line, from 0; null for what is not coloured. */
export function highlightLines(text: string, language: SourceFile["language"]): Piece[][] | null {
  if (language === "other" || text.length > MOST) return null;
  const starts = lineStarts(text);
  const lines: Piece[][] = starts.map(() => []);
  let line = 0;
  highlightTree(PARSERS[language].parse(text), classes, (from, to, className) => {
    // Pieces come in order; one may run over several lines.
    while (line + 1 < starts.length && (starts[line + 1] ?? 0) <= from) line += 1;
    for (let at = line; at < starts.length && (starts[at] ?? 0) < to; at++) {
      const start = starts[at] ?? 0;
      const end = (starts[at + 1] ?? text.length + 1) - 1;
      const piece = { from: Math.max(from, start) - start, to: Math.min(to, end) - start, className };
      if (piece.to > piece.from) lines[at]?.push(piece);
    }
  });
  return lines;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}
