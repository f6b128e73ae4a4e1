import type { Ref } from "react";
import { Icon } from "./icon.tsx";
import { isMac } from "./platform.ts";

const KEYS: readonly [string[], string][] = [
  [["j", "k"], "next and previous paused call"],
  [["a", "F8"], "resume: run it as it was"],
  [["A"], "resume all that wait"],
  [["e"], "edit the first argument"],
  [[isMac ? "⌘ ⏎" : "Ctrl ⏎"], "run with the edit, or send the open form"],
  [["s"], "skip it and answer with a result"],
  [["t"], "throw in its place"],
  [["Esc"], "close a form, leave a field"],
  [["?"], "this sheet"],
];

export function HelpSheet({ ref }: { ref: Ref<HTMLDialogElement> }) {
  return (
    <dialog ref={ref} className="help" aria-labelledby="help-title">
      <form method="dialog">
        <header>
          <h2 id="help-title">Keys</h2>
          <span className="space" />
          <button type="submit" className="button icon-only quiet" aria-label="Close">
            <Icon name="cross" />
          </button>
        </header>
      </form>
      <dl>
        {KEYS.map(([keys, text]) => (
          <div key={text}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p className="note">
        Keys do nothing while you type, except {isMac ? "⌘ ⏎" : "Ctrl ⏎"} and Esc. Every action is also in the{" "}
        <a href="/docs">API</a>.
      </p>
    </dialog>
  );
}
