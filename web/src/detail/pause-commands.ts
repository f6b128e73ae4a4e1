/** What can be done with the paused call that is shown, as commands. */
import { useApp, useSelector } from "../components/context.ts";
import { focusForm, isTyping, leaveField } from "../components/focus.ts";
import { type Command, useCommands } from "../shell/commands.ts";
import type { Panel } from "../state/drafts.ts";
import { shownPause } from "../state/model.ts";
import { isEdited } from "../state/slots.ts";
import { canOpenPanel, togglePanel } from "./panels.ts";

export function usePauseCommands(): void {
  const { store, actions } = useApp();
  const pause = useSelector((state) => state.pauses.find(({ id }) => id === state.selectedId) ?? null);
  const draft = useSelector((state) =>
    state.selectedId === null ? undefined : state.drafts.get(state.selectedId),
  );
  const isOff = pause === null;
  const accepts = pause?.call_data.accepts ?? [];

  const openPanel = (panel: Panel) => {
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
    else if (panel === "replace") actions.replace(pause);
    else actions.runWithEdit(pause);
  };
  const stepBack = () => {
    const shown = shownPause(store.get());
    const panel = shown && store.get().drafts.get(shown.id)?.panel;
    const isElsewhere = isTyping(document.activeElement) && !document.activeElement?.closest(".release-form");
    if (shown && panel && !isElsewhere) togglePanel(actions, shown, panel);
    else leaveField();
  };

  const group: Command["group"] = "Paused call";
  const withPause = (run: (shown: NonNullable<typeof pause>) => void) => () => {
    if (pause) run(pause);
  };
  const panelCommand = (panel: Panel, key: string, title: string): Command => ({
    id: panel,
    title,
    group,
    keys: [key],
    isOff: pause === null || !canOpenPanel(pause, panel),
    run: () => openPanel(panel),
  });
  useCommands([
    {
      id: "resume",
      title: "Resume: go on as it was",
      group,
      keys: ["a", "F8"],
      isOff,
      run: withPause(actions.resume),
    },
    {
      id: "submit",
      title: "Run with the edit, or send the open form",
      group,
      keys: ["$mod+Enter", "Control+Enter"],
      isGlobal: true,
      isOff,
      run: submit,
    },
    panelCommand("skip", "s", "Skip it and answer with a result"),
    panelCommand("throw", "t", "Throw in its place"),
    panelCommand("replace", "r", "Run another function in its place"),
    {
      id: "again",
      title: "Call it once more, with the edit if there is one",
      group,
      keys: ["Shift+C"],
      isOff: !accepts.includes("call_again"),
      run: withPause(actions.again),
    },
    {
      id: "pause-after",
      title: "Pause it again when it has ended",
      group,
      keys: ["Shift+P"],
      isOff: !pause?.call_data.accepts_pause_after,
      run: withPause(({ id }) =>
        actions.edit(id, (before) => ({ ...before, pauseAfter: !before.pauseAfter })),
      ),
    },
    {
      id: "step",
      title: "Step: to the next call of this program",
      group,
      keys: ["F10"],
      isOff,
      run: withPause(actions.step),
    },
    {
      id: "run-free",
      title: "Run free: nothing of this program pauses from now on",
      group,
      keys: ["F9"],
      isOff,
      run: withPause((shown) => void actions.runToEnd(shown)),
    },
    {
      id: "undo",
      title: "Undo the last edit",
      group,
      keys: ["z", "$mod+z"],
      isOff: !draft || draft.past.length === 0,
      run: withPause(({ id }) => actions.undo(id)),
    },
    {
      id: "revert",
      title: "Take all edits back",
      group,
      isOff: !pause || !isEdited(pause, draft),
      run: withPause(({ id }) => {
        actions.edit(id, (before) => ({
          ...before,
          edits: {},
          asText: [],
          typing: null,
          past: [...before.past, before.edits],
        }));
        actions.say({ before: "Took all edits back", undo: () => actions.undo(id) });
      }),
    },
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
