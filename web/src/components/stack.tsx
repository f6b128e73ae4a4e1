/** Where the call was made, nearest frame first. */
import type { StackFrame } from "../../../src/protocol/calls.ts";
import { frameCode, frameShort } from "./call-text.ts";
import { Name, Shown } from "./shown.tsx";

/** Frames shown before "all". */
const NEAREST = 6;

export function Stack({ frames }: { frames: readonly StackFrame[] }) {
  if (frames.length === 0) return null;
  const far = frames.slice(NEAREST);
  return (
    <>
      <h3 className="subtitle">Call site</h3>
      <ol className="stack">{frames.slice(0, NEAREST).map((frame, at) => frameItem(frame, at))}</ol>
      {far.length > 0 && (
        <details>
          <summary>{far.length} more frames</summary>
          <ol className="stack">{far.map((frame, at) => frameItem(frame, at + NEAREST))}</ol>
        </details>
      )}
    </>
  );
}

function frameItem(frame: StackFrame, at: number) {
  const code = frameCode(frame).trim();
  return (
    <li key={at}>
      <div className="frame">
        <Name text={frame.function || "(anonymous)"} />
        <bdi className="dim" title={frame.filename ?? ""}>
          <Shown text={frameShort(frame)} />
        </bdi>
      </div>
      {code !== "" && (
        <code className={at === 0 ? "here" : ""}>
          <Shown text={code} block />
        </code>
      )}
    </li>
  );
}
