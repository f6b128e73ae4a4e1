/**
 * What a person can do, by key, from the palette, and as the help sheet lists it: one table for all three. A component
 * adds its commands while it is on screen.
 */
import { useEffect, useEffectEvent, useSyncExternalStore } from "preact/compat";

export interface Command {
  /** Unique; the one added last wins. */
  readonly id: string;
  readonly title: string;
  /** Heading in the help sheet and the palette. */
  readonly group: "Go to" | "Calls" | "Paused call" | "Flow" | "View" | "Page";
  /** As tinykeys writes them: `j`, `Shift+A`, `$mod+k`, `g f`. The first one is shown. */
  readonly keys?: readonly string[];
  readonly run: (event?: KeyboardEvent) => void;
  /** Not offered now: its key does nothing, the palette leaves it out. */
  readonly isOff?: boolean;
  /** Works while typing too. */
  readonly isGlobal?: boolean;
  /** Held down, it repeats. */
  readonly repeats?: boolean;
  /** Known by its key only. */
  readonly isQuiet?: boolean;
}

const lists = new Map<symbol, readonly Command[]>();
const listeners = new Set<() => void>();
let all: readonly Command[] = [];

function changed(): void {
  const byId = new Map<string, Command>();
  for (const list of lists.values()) for (const command of list) byId.set(command.id, command);
  all = [...byId.values()];
  for (const listener of listeners) listener();
}

export const commandsNow = (): readonly Command[] => all;

/** Does what a command does, if it is offered now. */
export function runCommand(id: string): void {
  const command = all.find((each) => each.id === id);
  if (command && !command.isOff) command.run();
}

/** What decides whether a list is another one; what `run` does is always taken from the last rendering. */
const faceOf = (list: readonly Command[]) =>
  list.map(({ id, title, isOff, keys }) => `${id}\n${title}\n${isOff}\n${keys?.join()}`).join("\n\n");

/** Offers commands while the component is mounted. */
export function useCommands(list: readonly Command[]): void {
  const face = faceOf(list);
  const run = useEffectEvent((id: string, event?: KeyboardEvent) =>
    list.find((command) => command.id === id)?.run(event),
  );
  const read = useEffectEvent(() =>
    list.map((command) => ({ ...command, run: (event?: KeyboardEvent) => run(command.id, event) })),
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the face stands for the list.
  useEffect(() => {
    const key = Symbol("commands");
    lists.set(key, read());
    changed();
    return () => {
      lists.delete(key);
      changed();
    };
  }, [face]);
}

export const useAllCommands = (): readonly Command[] =>
  useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, commandsNow);
