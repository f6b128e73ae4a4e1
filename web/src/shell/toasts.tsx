/** What was just done, below the list or the page, which makes room for it: said once, gone by itself, taken back by its button or by `u`. */
import { useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from "preact/compat";
import { Icon } from "../components/icon.tsx";
import { Shown } from "../components/shown.tsx";
import { type Toast, toastStore } from "../state/toasts.ts";
import { useCommands } from "./commands.ts";

const SHOWN_MS = 4_000;
/** The way back stays longer than a mere word. */
const UNDO_MS = 10_000;
const LONGEST = 120;
/** Between them and what is above, and below them, in pixels. */
const GAP = 16;

export function Toasts() {
  const toasts = useSyncExternalStore(toastStore.subscribe, toastStore.get);
  const undoable = toasts.findLast(({ undo }) => undo !== null);
  useCommands([
    {
      id: "undo-done",
      title: "Take back what was just done",
      group: "Page",
      keys: ["u"],
      isOff: undoable === undefined,
      run: () => undoable && toastStore.undo(undoable),
    },
  ]);
  const box = useRef<HTMLOutputElement>(null);
  // What is read above them ends where they begin.
  useLayoutEffect(() => {
    const height = toasts.length === 0 ? 0 : (box.current?.offsetHeight ?? 0) + GAP;
    document.documentElement.style.setProperty("--toasts", `${height}px`);
  }, [toasts]);
  return (
    <output ref={box} className="toasts" aria-live="polite">
      {toasts.map((toast) => (
        <Line key={toast.id} toast={toast} hasKey={toast === undoable} />
      ))}
    </output>
  );
}

function Line({ toast, hasKey }: { toast: Toast; hasKey: boolean }) {
  const { id, before, name, after, undo } = toast;
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(() => toastStore.dismiss(id), undo ? UNDO_MS : SHOWN_MS);
    return () => clearTimeout(timer);
  }, [id, undo, isHeld]);
  return (
    <div className="toast" onPointerEnter={() => setHeld(true)} onPointerLeave={() => setHeld(false)}>
      <span className="toast-text">
        {before}
        {name !== "" && (
          <>
            {" "}
            <bdi className="code">
              <Shown text={name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name} />
            </bdi>
          </>
        )}
        {after}
      </span>
      {undo && (
        <button type="button" className="link" onClick={() => toastStore.undo(toast)}>
          Undo {hasKey && <kbd>u</kbd>}
        </button>
      )}
      <button
        type="button"
        className="toast-close"
        aria-label="Close this notice"
        onClick={() => toastStore.dismiss(id)}
      >
        <Icon name="cross" />
      </button>
    </div>
  );
}
