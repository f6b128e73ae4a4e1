/** What a breakpoint does whose own behavior is "global". */
import type { GlobalBehavior } from "../../../src/protocol/breakpoints.ts";
import { useApp, useSelector } from "../components/context.ts";
import { useRedraw } from "../components/use-redraw.ts";

interface Choice {
  value: GlobalBehavior;
  text: string;
  hint: string;
}

const CHOICES: readonly Choice[] = [
  { value: "stop", text: "Stop", hint: "Stop: every breakpoint pauses before the call" },
  { value: "exception", text: "Errors", hint: "Errors: breakpoints pause only after a call that threw" },
  { value: "go", text: "Go", hint: "Go: no breakpoint pauses, unless it says so itself" },
];
/** Not one click away, but shown when somebody chose it. */
const BOTH: Choice = {
  value: "stop_exception",
  text: "Stop + errors",
  hint: "Pauses before the call, and after one that threw",
};

export function BehaviorSwitch() {
  const { actions } = useApp();
  const redraw = useRedraw();
  const current = useSelector((state) => state.globalBehavior);
  const choices = current === "stop_exception" ? [...CHOICES, BOTH] : CHOICES;
  return (
    <div className="behavior">
      <span className="behavior-word" aria-hidden="true" title="What breakpoints do when a call reaches them">
        Breakpoints:
      </span>
      <fieldset className="segments" disabled={current === null}>
        <legend className="hidden">What breakpoints do</legend>
        {choices.map(({ value, text, hint }) => (
          <label key={value} title={hint}>
            <input
              type="radio"
              name="global-behavior"
              value={value}
              checked={current === value}
              onChange={() => {
                void actions.setGlobalBehavior(value);
                redraw();
              }}
            />
            <span>{text}</span>
          </label>
        ))}
      </fieldset>
    </div>
  );
}
