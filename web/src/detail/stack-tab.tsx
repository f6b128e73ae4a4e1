/** The stack to walk, and the source of the frame that is chosen. */
import type { TargetedKeyboardEvent } from "preact";
import { useState } from "preact/compat";
import { frameCode, frameShort } from "../components/call-text.ts";
import { drawNow } from "../components/drawing.ts";
import { Name, Shown } from "../components/shown.tsx";
import { useRemote } from "../components/use-remote.ts";
import { plainText } from "../values/visible-text.ts";
import type { CallModel, Frame } from "./call-model.ts";
import { detailApi } from "./detail-api.ts";
import { SourceView } from "./source-view.tsx";

export function StackTab({ call }: { call: CallModel }) {
  const [chosen, setChosen] = useState(0);
  const frame = call.frames[chosen] ?? call.frames[0];
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const next = Math.min(call.frames.length - 1, Math.max(0, chosen + step));
    setChosen(next);
    const list = event.currentTarget;
    drawNow();
    list.querySelectorAll("button")[next]?.focus();
  };
  if (!frame) {
    return <p className="empty">No stack was recorded with this call.</p>;
  }
  return (
    <div className="stack-tab">
      <div className="stack-frames" role="listbox" aria-label="Stack, the caller first" onKeyDown={onKeyDown}>
        {call.frames.map((each, at) => (
          <button
            key={each.at}
            type="button"
            role="option"
            aria-selected={at === chosen}
            tabIndex={at === chosen ? 0 : -1}
            className="stack-frame"
            title={plainText(each.frame.filename ?? "")}
            onClick={() => setChosen(at)}
          >
            <Name text={each.frame.function || "(anonymous)"} />
            <Name className="dim" text={frameShort(each.frame)} />
          </button>
        ))}
      </div>
      <FrameSource key={frame.at} call={call} frame={frame} />
    </div>
  );
}

/** The file of a frame; where it cannot be had, the line that the client recorded, and why. */
export function FrameSource({ call, frame }: { call: CallModel; frame: Frame }) {
  const name = frame.frame.filename ?? "unknown file";
  const address = webAddress(name);
  // Of a page the server has no files.
  const asked = useRemote(address === null ? `${call.callId} ${frame.at}` : null, (signal) =>
    detailApi.source(call.callId, frame.at, signal),
  );
  const code = frameCode(frame.frame).replace(/\n$/, "");
  return (
    <div className="frame-source">
      <h3 className="source-path" title={plainText(name)}>
        <Shown text={tailOf(name)} />
        {frame.frame.lineno != null && `:${frame.frame.lineno}`}
      </h3>
      {asked.data ? (
        <SourceView file={asked.data} label={`Source of ${plainText(frameShort(frame.frame))}`} />
      ) : (
        <>
          {code !== "" && (
            <pre className="source-excerpt">
              <Shown text={code} block />
            </pre>
          )}
          {address !== null ? (
            <p className="note source-note">
              The program runs in a page, so the server cannot read its files:{" "}
              <a href={address} target="_blank" rel="noreferrer">
                open this one
              </a>{" "}
              in a new tab.
            </p>
          ) : (
            asked.problem !== null && (
              <p className="note source-note">
                <Shown text={asked.problem} />
              </p>
            )
          )}
        </>
      )}
    </div>
  );
}

/** The address of a script that a page loaded; null for a file, and for anything that is more than an address. */
function webAddress(name: string): string | null {
  return /^https?:\/\//.test(name) && URL.canParse(name) ? new URL(name).href : null;
}

/** The end of a path, which says most. */
function tailOf(path: string): string {
  const parts = path.split(/[/\\]/);
  return parts.length <= 3 ? path : `…/${parts.slice(-3).join("/")}`;
}
