/** What a person can do, as calls to the server and changes of the store. Refusals become text, never exceptions. */
import type { ContinueRequest } from "../../../src/protocol/actions.ts";
import type { AfterBehavior, Behavior, GlobalBehavior } from "../../../src/protocol/breakpoints.ts";
import type { FlowRequest } from "../../../src/protocol/flow.ts";
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import { type Api, ApiError, reasonOf } from "../api.ts";
import { type Draft, emptyDraft } from "./drafts.ts";
import type { Change, State } from "./model.ts";
import { type Body, modifyBody, skipBody, throwBody } from "./slots.ts";
import type { Store } from "./store.ts";

/** Releases sent at once by "resume all". */
const AT_ONCE = 6;

export type Actions = ReturnType<typeof createActions>;

export function createActions(store: Store<State, Change>, api: Api) {
  const draftOf = (id: string): Draft => store.get().drafts.get(id) ?? emptyDraft;

  async function release(pause: PausedCall, body: ContinueRequest): Promise<void> {
    if (store.get().busy.has(pause.id)) return;
    store.dispatch({ type: "release_started", ids: [pause.id] });
    await send(pause.id, body);
  }

  async function send(id: string, body: ContinueRequest): Promise<void> {
    try {
      await api.release(id, body);
      store.dispatch({ type: "released", id });
    } catch (error) {
      const isGone =
        error instanceof ApiError &&
        (error.code === "pause_not_found" || error.code === "pause_already_resumed");
      store.dispatch({ type: "release_failed", id, message: reasonOf(error), isGone });
    }
  }

  function releaseWith(pause: PausedCall, made: Body): void {
    if (made.ok) void release(pause, made.body);
    else store.dispatch({ type: "release_failed", id: pause.id, message: made.reason, isGone: false });
  }

  async function tell(work: Promise<unknown>): Promise<boolean> {
    try {
      await work;
      store.dispatch({ type: "problem", message: null });
      return true;
    } catch (error) {
      store.dispatch({ type: "problem", message: reasonOf(error) });
      return false;
    }
  }

  return {
    select: (id: string) => store.dispatch({ type: "select", id }),
    dismissEnded: () => store.dispatch({ type: "dismiss_ended" }),
    dismissProblem: () => store.dispatch({ type: "problem", message: null }),
    edit: (id: string, change: (draft: Draft) => Draft) =>
      store.dispatch({ type: "draft", id, draft: change(draftOf(id)) }),

    /** Fetches what an event left out for its size. One that is gone by now stays as it is. */
    async loadWhole(id: string): Promise<void> {
      const whole = await api.pause(id).catch(() => null);
      if (whole) store.dispatch({ type: "pause_loaded", pause: whole });
    },

    resume: (pause: PausedCall) => void release(pause, { action: "continue" }),
    runWithEdit: (pause: PausedCall) => releaseWith(pause, modifyBody(pause, draftOf(pause.id))),
    skip: (pause: PausedCall) => releaseWith(pause, skipBody(draftOf(pause.id).result)),
    throwInstead: (pause: PausedCall) => releaseWith(pause, throwBody(draftOf(pause.id))),

    /** Releases those that wait now; one that pauses meanwhile is left alone. */
    async resumeAll(): Promise<void> {
      const { pauses, busy } = store.get();
      const ids = pauses.map(({ id }) => id).filter((id) => !busy.has(id));
      store.dispatch({ type: "release_started", ids });
      const rest = ids[Symbol.iterator]();
      const worker = async () => {
        for (const id of rest) await send(id, { action: "continue" });
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
    },

    addBreakpoint: (name: string) => tell(api.addBreakpoint(name)),
    removeBreakpoint: (name: string) => tell(api.removeBreakpoint(name)),
    setBehavior: (name: string, behavior: Behavior) => tell(api.setBehavior(name, behavior)),
    setAfterBehavior: (name: string, behavior: AfterBehavior) => tell(api.setAfterBehavior(name, behavior)),
    async setFlow(change: FlowRequest): Promise<void> {
      await tell(api.setFlow(change).then((flow) => store.dispatch({ type: "flow", flow })));
    },
    selectCall: (id: string) => store.dispatch({ type: "select_call", id }),
    closeSelection: () => store.dispatch({ type: "close_selection" }),
    say: (problem: string) => store.dispatch({ type: "problem", message: problem }),
    setGlobalBehavior: (behavior: GlobalBehavior) => tell(api.setGlobalBehavior(behavior)),
  };
}
