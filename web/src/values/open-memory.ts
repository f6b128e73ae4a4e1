/** Remembers what was opened in trees, so that the next call of the same function looks like the one before. */
import { useSyncExternalStore } from "preact/compat";
import type { OpenState } from "./tree-rows.ts";

/** Trees remembered; the ones not used for longest are forgotten. */
const KEPT = 200;

const states = new Map<string, OpenState>();
const listeners = new Set<() => void>();
const nothing: OpenState = new Map();

export function openStateOf(memory: string): OpenState {
  return states.get(memory) ?? nothing;
}

export function setOpen(memory: string, changes: Iterable<readonly [string, boolean]>): void {
  const state = new Map([...openStateOf(memory), ...changes]);
  states.delete(memory);
  states.set(memory, state);
  for (const oldest of states.keys()) {
    if (states.size <= KEPT) break;
    states.delete(oldest);
  }
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useOpenState = (memory: string): OpenState =>
  useSyncExternalStore(subscribe, () => openStateOf(memory));
