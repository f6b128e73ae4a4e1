/** Text from a program, always as text, with what hides in it shown. */
import { mayHideLetters } from "../../../src/protocol/hidden-letters.ts";
import { pieces, plainText } from "../values/visible-text.ts";

interface ShownProps {
  text: string;
  /** Line breaks and tabs do their work instead of being marked. */
  block?: boolean;
}

export function Shown({ text, block = false }: ShownProps) {
  // Nearly always: no element of its own.
  if (!mayHideLetters(text)) return text;
  let at = 0;
  return pieces(text, { block }).map((piece) => {
    const key = at;
    at += piece.text.length;
    if (piece.kind === "text") return <span key={key}>{piece.text}</span>;
    return (
      <span key={key} className="mark" title={piece.name}>
        {piece.text}
      </span>
    );
  });
}

/** A name in one line, cut by the box it is in; the whole of it on hover. */
export function Name({ text, className = "" }: { text: string; className?: string }) {
  return (
    <bdi className={`name ${className}`} title={plainText(text)}>
      <Shown text={text.length > 400 ? `${text.slice(0, 400)}…` : text} />
    </bdi>
  );
}
