/** Every command by name, and every function: `Ctrl K`. */
import { useId, useState } from "preact/compat";
import { useApp, useSelector } from "../components/context.ts";
import { drawNow } from "../components/drawing.ts";
import { Icon } from "../components/icon.tsx";
import { openModal } from "../components/open-modal.ts";
import { Name } from "../components/shown.tsx";
import { router } from "../router.ts";
import { type Command, useAllCommands } from "./commands.ts";
import { Keys } from "./keys.tsx";
import { quoted } from "./quoted.ts";
import { rank } from "./rank.ts";

const SHOWN = 60;

type Entry = Pick<Command, "id" | "title" | "group" | "keys" | "run"> & { name?: string };

export function Palette({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState("");
  return (
    <dialog
      ref={openModal}
      className="palette"
      aria-label="Commands"
      onClose={onClose}
      // A click on the backdrop is a click on the dialog itself.
      onClick={(event) => event.target === event.currentTarget && onClose()}
      onKeyDown={(event) => event.key === "Escape" && event.stopPropagation()}
    >
      <Search typed={typed} onType={setTyped} onClose={onClose} />
    </dialog>
  );
}

function Search({
  typed,
  onType,
  onClose,
}: {
  typed: string;
  onType: (text: string) => void;
  onClose: () => void;
}) {
  const listId = useId();
  const entries = useEntries();
  const found = rank(entries, typed, (entry) => `${entry.title} ${entry.name ?? ""}`).slice(0, SHOWN);
  const [at, setAt] = useState(0);
  const active = found[Math.min(at, found.length - 1)];

  const choose = (entry: Entry | undefined) => {
    if (!entry) return;
    // The dialog is gone first, so that what the command focuses stays focused.
    onClose();
    drawNow();
    entry.run();
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = Math.min(Math.max(Math.min(at, found.length - 1) + step, 0), found.length - 1);
      setAt(next);
      document.getElementById(`${listId}-${next}`)?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter") {
      event.preventDefault();
      choose(active);
    }
  };
  return (
    <>
      <input
        type="text"
        className="palette-input"
        value={typed}
        placeholder="A command, a page, a function"
        aria-label="A command, a page, a function"
        role="combobox"
        aria-expanded="true"
        aria-controls={listId}
        aria-activedescendant={active ? `${listId}-${found.indexOf(active)}` : undefined}
        aria-autocomplete="list"
        spellcheck={false}
        autoComplete="off"
        onChange={(event) => {
          onType(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKey}
      />
      <div id={listId} role="listbox" aria-label="Commands" className="palette-list" tabIndex={-1}>
        {found.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys.
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field.
          <div
            key={entry.id}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={entry === active}
            className="palette-entry"
            onClick={() => choose(entry)}
            onPointerMove={() => setAt(index)}
          >
            <span className="palette-title">
              {entry.title}
              {entry.name !== undefined && <Name className="palette-name" text={entry.name} />}
            </span>
            <span className="note">{entry.group}</span>
            <span className="palette-keys">
              <Keys of={entry} />
            </span>
          </div>
        ))}
        {found.length === 0 && (
          <p className="empty">
            <Icon name="search" /> Nothing is called that. Esc closes this.
          </p>
        )}
      </div>
    </>
  );
}

/** Commands first; then what can be done about each function that a program made known. */
function useEntries(): readonly Entry[] {
  const { actions } = useApp();
  const commands = useAllCommands();
  const functions = useSelector((state) => state.functions);
  const breakpoints = useSelector((state) => state.breakpoints);
  const own = commands.filter((command) => !command.isOff && !command.isQuiet);
  const taken = new Set(breakpoints.map(({ name }) => name));
  return [
    ...own,
    ...functions.flatMap((name): Entry[] => [
      {
        id: `fn:${name}`,
        title: "Calls of",
        name,
        group: "Calls",
        run: () => router.go("calls", { q: `fn:${quoted(name)}` }),
      },
      taken.has(name)
        ? {
            id: `unbreak:${name}`,
            title: "Remove the breakpoint on",
            name,
            group: "Flow",
            run: () => void actions.removeBreakpoint(name),
          }
        : {
            id: `break:${name}`,
            title: "Pause at",
            name,
            group: "Flow",
            run: () => void actions.addBreakpoint(name),
          },
    ]),
  ];
}
