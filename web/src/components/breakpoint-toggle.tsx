/** Whether calls of a function pause, and the other way round with a click. */
import { plainText } from "../values/visible-text.ts";
import { useApp, useSelector } from "./context.ts";
import { Icon } from "./icon.tsx";

export function BreakpointToggle({ name }: { name: string }) {
  const { actions } = useApp();
  const pauses = useSelector((state) => state.breakpoints.some((breakpoint) => breakpoint.name === name));
  const label = plainText(name, 80);
  return pauses ? (
    <button
      type="button"
      className="button small"
      aria-label={`Pauses at ${label}: remove the breakpoint`}
      title="Every call of it pauses: remove the breakpoint"
      onClick={() => void actions.removeBreakpoint(name)}
    >
      <Icon name="breakpoint" className="bad" /> Pauses
    </button>
  ) : (
    <button
      type="button"
      className="button small quiet"
      aria-label={`Pause at ${label}`}
      title="A breakpoint: its next calls pause"
      onClick={() => void actions.addBreakpoint(name)}
    >
      <Icon name="breakpoint" /> Pause
    </button>
  );
}
