/** What a person can do, as calls to the server and changes of the store. Refusals become text, never exceptions. */
import type { ContinueRequest } from "../../../src/protocol/actions.ts";
import type { AfterBehavior, Behavior, GlobalBehavior } from "../../../src/protocol/breakpoints.ts";
import type { FlowRequest } from "../../../src/protocol/flow.ts";
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import { type Api, ApiError, reasonOf } from "../api.ts";
import { type Draft, emptyDraft, undone } from "./drafts.ts";
import type { Change, State } from "./model.ts";
import {
  againBody,
  type Body,
  continueBody,
  editedBody,
  replaceBody,
  skipBody,
  throwBody,
} from "./release-bodies.ts";
import { isEdited } from "./slots.ts";
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

  /** Releases several, each as if alone: what is refused stays, and says why. */
  function sweep(pauses: readonly PausedCall[], made: Body): void {
    for (const pause of pauses) releaseWith(pause, made);
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

    undo: (id: string) => store.dispatch({ type: "draft", id, draft: undone(draftOf(id)) }),

    resume: (pause: PausedCall) => void release(pause, continueBody(pause, draftOf(pause.id))),
    runWithEdit: (pause: PausedCall) => releaseWith(pause, editedBody(pause, draftOf(pause.id))),
    /** `others` are released the same way, one after the other. */
    skip: (pause: PausedCall, others: readonly PausedCall[] = []) =>
      sweep([pause, ...others], skipBody(draftOf(pause.id).result)),
    throwInstead: (pause: PausedCall, others: readonly PausedCall[] = []) =>
      sweep([pause, ...others], throwBody(draftOf(pause.id))),
    replace: (pause: PausedCall) => releaseWith(pause, replaceBody(pause, draftOf(pause.id))),
    again: (pause: PausedCall) => releaseWith(pause, againBody(pause, draftOf(pause.id))),
    /** Releases it, with the edit if there is one, and pauses the next call of its process. */
    step: (pause: PausedCall) => {
      const draft = draftOf(pause.id);
      const made: Body = isEdited(pause, draft)
        ? editedBody(pause, draft)
        : { ok: true, body: continueBody(pause, draft) };
      releaseWith(pause, made.ok ? { ok: true, body: { ...made.body, step: true } } : made);
    },
    /** Its program runs free from now on: nothing of it pauses until it is told to stop at breakpoints again. */
    async runToEnd({ call_data: { process_key } }: PausedCall): Promise<void> {
      await tell(
        api
          .setFlow({ mute_process: process_key, resume_all: { process: process_key } })
          .then((flow) => store.dispatch({ type: "flow", flow })),
      );
    },

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
