/** Coloured JSON that is only read. */
import { useState } from "react";
import { type JsonScan, scanJson } from "../values/json-scan.ts";
import { Shown } from "./shown.tsx";

/** Colouring costs an element a token: past this many characters the text stays plain. */
const COLOURED = 20_000;
const FIRST = 4_000;
/** No browser lays out more than this without stopping to think. */
const MOST = 2_000_000;

/** The text in colours; from the first error on it is underlined. */
export function Tokens({ text, scan }: { text: string; scan: JsonScan }) {
  if (text.length > COLOURED) return <Shown text={text} block />;
  const broken = scan.error ? Math.min(scan.error.offset, text.length) : Number.POSITIVE_INFINITY;
  return scan.tokens.map((token) => {
    const isBad = token.start <= broken && broken < token.start + token.text.length;
    return (
      <span key={token.start} className={isBad ? "json-bad" : `json-${token.kind}`}>
        {token.text}
      </span>
    );
  });
}

/** A value to read, cut at first. */
export function JsonView({ text, label }: { text: string; label: string }) {
  const [isWhole, setWhole] = useState(false);
  const isCut = text.length > FIRST && !isWhole;
  const shown = isCut ? text.slice(0, FIRST) : text.slice(0, MOST);
  return (
    <figure className="json-view" aria-label={label}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>
        {isCut || shown.length > COLOURED ? (
          <Shown text={shown} block />
        ) : (
          <Tokens text={shown} scan={scanJson(shown)} />
        )}
        {isCut && "…"}
      </pre>
      {isCut && (
        <button type="button" className="link" onClick={() => setWhole(true)}>
          Show all {size(text.length)}
        </button>
      )}
      {isWhole && text.length > MOST && (
        <p className="note">
          Cut after {size(MOST)} of {size(text.length)}.
        </p>
      )}
    </figure>
  );
}

export function size(characters: number): string {
  if (characters < 1_000) return `${characters} characters`;
  if (characters < 1_000_000)
    return `${(characters / 1_000).toFixed(characters < 10_000 ? 1 : 0)} K characters`;
  return `${(characters / 1_000_000).toFixed(1)} M characters`;
}
