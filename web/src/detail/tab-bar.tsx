/** The tabs of a call: arrows move between them. */
import type { TargetedKeyboardEvent } from "preact";
import { drawNow } from "../components/drawing.ts";

export type TabName = "arguments" | "result" | "stack" | "repl" | "history" | "raw";

export interface Tab {
  readonly name: TabName;
  readonly title: string;
  readonly count: number | null;
}

interface TabBarProps {
  tabs: readonly Tab[];
  chosen: TabName;
  onChoose: (name: TabName) => void;
}

export function TabBar({ tabs, chosen, onChoose }: TabBarProps) {
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>) => {
    const at = tabs.findIndex(({ name }) => name === chosen);
    const to = target(event.key, at, tabs.length);
    const next = to === null ? undefined : tabs[to];
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    onChoose(next.name);
    const list = event.currentTarget;
    drawNow();
    list.querySelector<HTMLElement>("[aria-selected=true]")?.focus();
  };
  return (
    <div className="tabs" role="tablist" aria-label="Parts of this call" onKeyDown={onKeyDown}>
      {tabs.map(({ name, title, count }) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`tab-${name}`}
          aria-selected={name === chosen}
          aria-controls="tab-panel"
          tabIndex={name === chosen ? 0 : -1}
          onClick={() => onChoose(name)}
        >
          {title}
          {count !== null && <span className="count">{count}</span>}
        </button>
      ))}
    </div>
  );
}

function target(key: string, at: number, count: number): number | null {
  if (key === "ArrowRight") return (at + 1) % count;
  if (key === "ArrowLeft") return (at + count - 1) % count;
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : null;
}
