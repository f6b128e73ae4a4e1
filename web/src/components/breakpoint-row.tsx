import type { AfterBehavior, Behavior } from "../../../src/protocol/breakpoints.ts";
import type { Breakpoint } from "../state/model.ts";
import { plainText } from "../values/visible-text.ts";
import { useApp } from "./context.ts";
import { Icon } from "./icon.tsx";
import { Name } from "./shown.tsx";
import { useRedraw } from "./use-redraw.ts";

const BEFORE: readonly [Behavior, string][] = [
  ["yield", "global"],
  ["stop", "stop"],
  ["go", "go"],
];
const AFTER: readonly [AfterBehavior, string][] = [
  ["yield", "global"],
  ["stop", "stop"],
  ["exception", "if it throws"],
  ["go", "go"],
];
/** The same as `stop`; offered only where something set it. */
const STOP_EXCEPTION: [AfterBehavior, string] = ["stop_exception", "stop, or throws"];

const ICONS = { stop: "breakpoint", go: "play", yield: "globe" } as const;

export function BreakpointRow({ breakpoint }: { breakpoint: Breakpoint }) {
  const { actions } = useApp();
  const redraw = useRedraw();
  const { name, behavior, after, replacement } = breakpoint;
  const label = plainText(name, 80);
  return (
    <li className="row breakpoint-row" data-breakpoint={name}>
      <span className={behavior === "stop" ? "bad" : "dim"}>
        <Icon name={ICONS[behavior]} />
      </span>
      <span className="breakpoint-name">
        <Name text={name} />
        {replacement !== null && (
          <span className="dim">
            {" "}
            runs <Name text={replacement} />
          </span>
        )}
      </span>
      <select
        value={behavior}
        aria-label={`Before ${label}`}
        onChange={(event) => {
          void actions.setBehavior(name, event.currentTarget.value as Behavior);
          redraw();
        }}
      >
        {BEFORE.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
      <select
        value={after}
        aria-label={`After ${label}`}
        onChange={(event) => {
          void actions.setAfterBehavior(name, event.currentTarget.value as AfterBehavior);
          redraw();
        }}
      >
        {(after === "stop_exception" ? [...AFTER, STOP_EXCEPTION] : AFTER).map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
      <button
        type="button"
        className="button icon-only quiet"
        aria-label={`Remove breakpoint ${label}`}
        title="Remove"
        onClick={() => void actions.removeBreakpoint(name)}
      >
        <Icon name="cross" />
      </button>
    </li>
  );
}
