/** The keys people know from other debuggers. Ignored while typing, except those that end typing. */
import { useEffect, useEffectEvent } from "react";
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import { shownPause } from "../state/model.ts";
import { useApp } from "./context.ts";
import { focusArgument, focusForm, focusSoon, isTyping, leaveField } from "./focus.ts";
import { togglePanel } from "./panels.ts";

export function useKeyboard(toggleHelp: () => void): void {
  const { store, actions } = useApp();

  const waiting = (): PausedCall | null => {
    const { pauses, selectedId } = store.get();
    return pauses.find((pause) => pause.id === selectedId) ?? null;
  };

  const move = (step: number) => {
    const { pauses, selectedId, ended } = store.get();
    const at = pauses.findIndex((pause) => pause.id === selectedId);
    // From a call that ended, the next one is the one that took its place.
    const from = at === -1 ? (ended?.index ?? 0) - (step > 0 ? 1 : 0) : at;
    const next = pauses[Math.min(Math.max(from + step, 0), pauses.length - 1)];
    if (!next) return;
    const isInQueue = document.activeElement?.hasAttribute("data-pause") ?? false;
    actions.select(next.id);
    if (isInQueue) focusSoon(`[data-pause="${CSS.escape(next.id)}"]`);
  };

  /** Ctrl or Cmd with Enter does what the open form, or else the edit, is about. */
  const submit = (pause: PausedCall) => {
    const panel = store.get().drafts.get(pause.id)?.panel ?? null;
    if (panel === "skip") actions.skip(pause);
    else if (panel === "throw") actions.throwInstead(pause);
    else actions.runWithEdit(pause);
  };

  const stepBack = () => {
    const shown = shownPause(store.get());
    const panel = shown && store.get().drafts.get(shown.id)?.panel;
    const isInArgument = document.activeElement?.getAttribute("data-editor") === "argument";
    if (shown && panel && !isInArgument) togglePanel(actions, shown, panel);
    else leaveField();
  };

  const command = (event: KeyboardEvent): (() => void) | null => {
    const pause = waiting();
    const withPause = (run: (pause: PausedCall) => void) => (pause ? () => run(pause) : null);
    // Caps lock makes an "A" of "a": only Shift means all.
    const key = event.key.length === 1 && !event.shiftKey ? event.key.toLowerCase() : event.key;
    if (key === "A") return () => void actions.resumeAll();
    switch (key) {
      case "j":
        return () => move(1);
      case "k":
        return () => move(-1);
      case "a":
      case "F8":
        return withPause(actions.resume);
      case "e":
        return () => focusArgument();
      case "s":
        return withPause((shown) => openPanel(shown, "skip"));
      case "t":
        return withPause((shown) => openPanel(shown, "throw"));
      case "?":
        return toggleHelp;
      default:
        return null;
    }
  };

  const openPanel = (pause: PausedCall, panel: "skip" | "throw") => {
    if (store.get().drafts.get(pause.id)?.panel === panel) focusForm();
    else togglePanel(actions, pause, panel);
  };

  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    const pause = waiting();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      if (pause && !event.repeat) submit(pause);
      event.preventDefault();
    } else if (event.key === "Escape") stepBack();
    else if (!event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target)) {
      if ((event.key === "ArrowDown" || event.key === "ArrowUp") && isQueueRow(event.target)) {
        event.preventDefault();
        move(event.key === "ArrowDown" ? 1 : -1);
        return;
      }
      const run = command(event);
      if (!run) return;
      event.preventDefault();
      // A key held down moves through the queue, but releases one call.
      if (!event.repeat || event.key === "j" || event.key === "k") run();
    }
  });

  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
}

const isQueueRow = (target: EventTarget | null) =>
  target instanceof Element && target.hasAttribute("data-pause");
