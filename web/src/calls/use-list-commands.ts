/** The keys of the list of calls. With a paused call selected, j and k stay in the queue of what waits. */
import type { CallSummary } from "../../../src/protocol/records.ts";
import { useApp, useSelector } from "../components/context.ts";
import { router } from "../router.ts";
import { useCommands } from "../shell/commands.ts";
import { moveInQueue } from "./queue-moves.ts";
import type { Marks } from "./use-marks.ts";
import { usePin } from "./use-pin.ts";

interface ListMoves {
  move: (step: number) => void;
  toStart: () => void;
  toEnd: () => void;
  current: CallSummary | null;
  marks: Marks;
}

export function useListCommands({ move, toStart, toEnd, current, marks }: ListMoves): void {
  const { store, actions } = useApp();
  const isInQueue = useSelector((state) => state.selectedId !== null);
  const step = (by: number) => {
    const { selectedId, callId, pauses } = store.get();
    const isQueue = selectedId !== null || (callId === null && pauses.length > 0);
    if (isQueue) moveInQueue(store, actions, by);
    else move(by);
  };
  const pin = usePin();
  const two = [...marks.numbers];
  useCommands([
    { id: "next", title: "Next call", group: "Calls", keys: ["j"], repeats: true, run: () => step(1) },
    {
      id: "previous",
      title: "Previous call",
      group: "Calls",
      keys: ["k"],
      repeats: true,
      run: () => step(-1),
    },
    { id: "first", title: "The oldest call", group: "Calls", keys: ["Home"], run: toStart },
    { id: "last", title: "The newest call, and follow", group: "Calls", keys: ["End"], run: toEnd },
    {
      id: "mark",
      title: "Mark the call, to do something with several",
      group: "Calls",
      keys: ["x"],
      isOff: current === null,
      run: () => current && marks.toggle(current),
    },
    {
      id: "pin",
      title: "Pin: keep it when old calls are removed",
      group: "Calls",
      keys: ["p"],
      isOff: current === null && marks.numbers.size === 0,
      run: () => void pin(marks.calls.size > 0 ? [...marks.calls.values()] : current ? [current] : []),
    },
    {
      id: "compare",
      title: "Compare the two marked calls",
      group: "Calls",
      keys: ["c"],
      isOff: two.length !== 2,
      run: () => router.set({ compare: two.sort((a, b) => a - b).join(",") }, "push"),
    },
    {
      id: "to-list",
      title: "From the queue to the list of calls",
      group: "Calls",
      keys: ["Shift+J"],
      isOff: !isInQueue,
      run: () => {
        document.querySelector<HTMLElement>(".call-list")?.focus();
        move(0);
      },
    },
  ]);
}
