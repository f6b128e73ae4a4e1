/** What can be done with the paused call that is shown, as commands. */
import { useApp, useSelector } from "../components/context.ts";
import { focusArgument, focusForm, leaveField } from "../components/focus.ts";
import { togglePanel } from "../components/panels.ts";
import { type Command, useCommands } from "../shell/commands.ts";
import { shownPause } from "../state/model.ts";

export function usePauseCommands(): void {
  const { store, actions } = useApp();
  const pause = useSelector((state) => state.pauses.find(({ id }) => id === state.selectedId) ?? null);
  const isOff = pause === null;

  const openPanel = (panel: "skip" | "throw") => {
    if (!pause) return;
    if (store.get().drafts.get(pause.id)?.panel === panel) focusForm();
    else togglePanel(actions, pause, panel);
  };
  /** Ctrl or Cmd with Enter does what the open form, or else the edit, is about. */
  const submit = () => {
    if (!pause) return;
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

  const group: Command["group"] = "Paused call";
  useCommands([
    {
      id: "resume",
      title: "Resume: run it as it was",
      group,
      keys: ["a", "F8"],
      isOff,
      run: () => pause && actions.resume(pause),
    },
    { id: "edit", title: "Edit the first argument", group, keys: ["e"], isOff, run: () => focusArgument() },
    {
      id: "submit",
      title: "Run with the edit, or send the open form",
      group,
      keys: ["$mod+Enter", "Control+Enter"],
      isGlobal: true,
      isOff,
      run: submit,
    },
    {
      id: "skip",
      title: "Skip it and answer with a result",
      group,
      keys: ["s"],
      isOff,
      run: () => openPanel("skip"),
    },
    { id: "throw", title: "Throw in its place", group, keys: ["t"], isOff, run: () => openPanel("throw") },
    {
      id: "back",
      title: "Close a form, leave a field",
      group,
      keys: ["Escape"],
      isGlobal: true,
      run: stepBack,
    },
  ]);
}
