/**
 * Text from programs, made safe to look at: characters that hide, reorder or move other text are shown as marks such
 * as U+202E. Markup is escaped anyway; this is about what the eye would be told.
 */
import { codePointName, hiddenLetters, mayHideLetters } from "../../../src/protocol/hidden-letters.ts";

export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "mark"; readonly text: string; readonly name: string };

const NAMES: Record<number, string> = {
  0: "NULL",
  7: "BELL",
  8: "BACKSPACE",
  9: "TAB",
  10: "LINE FEED",
  13: "CARRIAGE RETURN",
  27: "ESCAPE",
  127: "DELETE",
  173: "SOFT HYPHEN",
  1564: "ARABIC LETTER MARK",
  8203: "ZERO WIDTH SPACE",
  8204: "ZERO WIDTH NON-JOINER",
  8205: "ZERO WIDTH JOINER",
  8206: "LEFT-TO-RIGHT MARK",
  8207: "RIGHT-TO-LEFT MARK",
  8232: "LINE SEPARATOR",
  8233: "PARAGRAPH SEPARATOR",
  8234: "LEFT-TO-RIGHT EMBEDDING",
  8235: "RIGHT-TO-LEFT EMBEDDING",
  8236: "POP DIRECTIONAL FORMATTING",
  8237: "LEFT-TO-RIGHT OVERRIDE",
  8238: "RIGHT-TO-LEFT OVERRIDE",
  8288: "WORD JOINER",
  8294: "LEFT-TO-RIGHT ISOLATE",
  8295: "RIGHT-TO-LEFT ISOLATE",
  8296: "FIRST STRONG ISOLATE",
  8297: "POP DIRECTIONAL ISOLATE",
  65279: "BYTE ORDER MARK",
};

const HIDDEN = hiddenLetters();
const HIDDEN_IN_BLOCK = hiddenLetters("\\n\\t");

/** Splits text into what may be shown and marks. In a block, line breaks and tabs do their work. */
export function pieces(text: string, options: { block?: boolean } = {}): Piece[] {
  if (!mayHideLetters(text)) return text === "" ? [] : [{ kind: "text", text }];
  const hidden = options.block ? HIDDEN_IN_BLOCK : HIDDEN;
  const out: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(hidden)) {
    if (match.index > from) out.push({ kind: "text", text: text.slice(from, match.index) });
    out.push(mark(match[0]));
    from = match.index + match[0].length;
  }
  if (from < text.length) out.push({ kind: "text", text: text.slice(from) });
  return out;
}

function mark(char: string): Piece {
  const code = char.codePointAt(0) ?? 0;
  const isSurrogate = code >= 0xd800 && code <= 0xdfff;
  return {
    kind: "mark",
    text: codePointName(char),
    name: NAMES[code] ?? (isSurrogate ? "LONE SURROGATE" : "INVISIBLE"),
  };
}

/** The same for places that take plain strings only: titles, labels, the document title. */
export function plainText(text: string, limit = 400): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return pieces(cut)
    .map((piece) => (piece.kind === "text" ? piece.text : `⟨${piece.text}⟩`))
    .join("");
}
