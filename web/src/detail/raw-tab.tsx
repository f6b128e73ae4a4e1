/** Each value as it was sent: its text or its base64, with its CID and size. */
import { useMemo, useRef, useState } from "preact/compat";
import { CopyButton } from "../components/copy-button.tsx";
import { Shown } from "../components/shown.tsx";
import { useVirtualizer } from "../components/use-virtualizer.ts";
import { bytesText } from "../pages/value-words.ts";
import { useValueTexts, valueText } from "../values/value-texts.ts";
import { plainText } from "../values/visible-text.ts";
import type { CallModel, CallValue } from "./call-model.ts";
import { detailApi } from "./detail-api.ts";

const LINE_HEIGHT = 18;
/** Characters of one line: what has no line breaks is broken here. */
const LINE_WIDTH = 200;
/** Longer texts are copied by a program, not by hand. */
const COPIED = 5_000_000;

export function RawTab({ call }: { call: CallModel }) {
  const values = useMemo(
    () =>
      [...call.args, call.target, call.result, call.thrown?.value ?? null].filter((value) => value !== null),
    [call],
  );
  const [key, setKey] = useState<string | null>(null);
  const shown = values.find((value) => value.key === key) ?? values[0];
  if (!shown) return <p className="empty">This call has no values.</p>;
  return (
    <div className="raw-tab">
      <div className="raw-values" role="tablist" aria-label="Values">
        {values.map((value) => (
          <button
            key={value.key}
            type="button"
            role="tab"
            aria-selected={value === shown}
            className="raw-value"
            onClick={() => setKey(value.key)}
          >
            <Shown text={value.name} />
            {value.size !== null && <span className="faint">{bytesText(value.size)}</span>}
          </button>
        ))}
      </div>
      <RawValue key={shown.key} value={shown} />
    </div>
  );
}

function RawValue({ value }: { value: CallValue }) {
  useValueTexts();
  const fetched = value.data === null ? valueText(value.cid, detailApi.value) : null;
  const text = value.data ?? (fetched?.state === "there" ? fetched.text : null);
  return (
    <>
      <p className="raw-facts">
        <span className="code" title={value.cid}>
          {value.cid}
        </span>
        <span>{value.format === "dill" ? "Python pickle, base64" : "JSON"}</span>
        {text !== null && text.length <= COPIED && (
          <CopyButton text={text} label={`Copy ${plainText(value.name)} as it was sent`} />
        )}
      </p>
      {text === null ? (
        <p className="empty">{fetched?.state === "failed" ? <Shown text={fetched.message} /> : "…"}</p>
      ) : (
        <LongText text={text} label={`${plainText(value.name)} as it was sent`} />
      )}
    </>
  );
}

/** Any length of text: only the lines in sight are on the page. */
export function LongText({ text, label }: { text: string; label: string }) {
  const box = useRef<HTMLElement>(null);
  const lines = useMemo(() => linesOf(text), [text]);
  const virtual = useVirtualizer({
    count: lines.length / 2,
    getScrollElement: () => box.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 20,
    initialRect: { width: 600, height: 400 },
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section className="long-text" ref={box} tabIndex={0} aria-label={label}>
      <div style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => (
          <div key={item.key} className="long-line" style={{ transform: `translateY(${item.start}px)` }}>
            <Shown text={text.slice(lines[item.index * 2], lines[item.index * 2 + 1])} block />
          </div>
        ))}
      </div>
    </section>
  );
}

/** Where lines begin and end, in pairs: places, not copies, for the text may be 50 MB. */
function linesOf(text: string): Uint32Array {
  const places: number[] = [];
  let at = 0;
  while (at <= text.length) {
    const newline = text.indexOf("\n", at);
    const end = newline === -1 ? text.length : newline;
    for (let from = at; from === at || from < end; from += LINE_WIDTH)
      places.push(from, Math.min(end, from + LINE_WIDTH));
    at = end + 1;
  }
  return Uint32Array.from(places);
}
