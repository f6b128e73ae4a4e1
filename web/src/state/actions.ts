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
import { releasedWords } from "./release-words.ts";
import { isEdited } from "./slots.ts";
import type { Store } from "./store.ts";
import { type Said, toastStore } from "./toasts.ts";

/** Releases sent at once by "resume all". */
const AT_ONCE = 6;

const GLOBAL_TEXT: Record<GlobalBehavior, string> = {
  stop: "Breakpoints pause before the call",
  exception: "Breakpoints pause only after a call that threw",
  stop_exception: "Breakpoints pause before the call, and after one that threw",
  go: "No breakpoint pauses, unless it says so itself",
};

export type Actions = ReturnType<typeof createActions>;

export function createActions(store: Store<State, Change>, api: Api) {
  const draftOf = (id: string): Draft => store.get().drafts.get(id) ?? emptyDraft;

  /** Releases several of one function, each as if alone: what is refused stays, and says why. */
  async function release(pauses: readonly PausedCall[], body: ContinueRequest): Promise<void> {
    const free = pauses.filter(({ id }) => !store.get().busy.has(id));
    store.dispatch({ type: "release_started", ids: free.map(({ id }) => id) });
    const sent = await Promise.all(free.map(async (pause) => ((await send(pause.id, body)) ? pause : null)));
    say(
      releasedWords(
        sent.filter((pause) => pause !== null),
        body,
      ),
    );
  }

  /** Whether it was released. */
  async function send(id: string, body: ContinueRequest): Promise<boolean> {
    try {
      await api.release(id, body);
      store.dispatch({ type: "released", id });
      return true;
    } catch (error) {
      const isGone =
        error instanceof ApiError &&
        (error.code === "pause_not_found" || error.code === "pause_already_resumed");
      store.dispatch({ type: "release_failed", id, message: reasonOf(error), isGone });
      return false;
    }
  }

  function releaseWith(pauses: readonly PausedCall[], made: Body): void {
    if (made.ok) void release(pauses, made.body);
    else
      for (const { id } of pauses)
        store.dispatch({ type: "release_failed", id, message: made.reason, isGone: false });
  }

  const say = (said: Said | null) => {
    if (said) toastStore.say(said);
  };

  /** Does it, and says so; what is refused is said above the page. */
  async function tell(work: Promise<unknown>, said: Said | null = null): Promise<boolean> {
    try {
      await work;
      store.dispatch({ type: "problem", message: null });
      say(said);
      return true;
    } catch (error) {
      store.dispatch({ type: "problem", message: reasonOf(error) });
      return false;
    }
  }

  const flow = (change: FlowRequest, said: Said | null = null) =>
    tell(
      api.setFlow(change).then((now) => store.dispatch({ type: "flow", flow: now })),
      said,
    );

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

    resume: (pause: PausedCall) => void release([pause], continueBody(pause, draftOf(pause.id))),
    runWithEdit: (pause: PausedCall) => releaseWith([pause], editedBody(pause, draftOf(pause.id))),
    /** `others` are released the same way, one after the other. */
    skip: (pause: PausedCall, others: readonly PausedCall[] = []) =>
      releaseWith([pause, ...others], skipBody(draftOf(pause.id).result)),
    throwInstead: (pause: PausedCall, others: readonly PausedCall[] = []) =>
      releaseWith([pause, ...others], throwBody(draftOf(pause.id))),
    replace: (pause: PausedCall) => releaseWith([pause], replaceBody(pause, draftOf(pause.id))),
    again: (pause: PausedCall) => releaseWith([pause], againBody(pause, draftOf(pause.id))),
    /** Releases it, with the edit if there is one, and pauses the next call of its process. */
    step: (pause: PausedCall) => {
      const draft = draftOf(pause.id);
      const made: Body = isEdited(pause, draft)
        ? editedBody(pause, draft)
        : { ok: true, body: continueBody(pause, draft) };
      releaseWith([pause], made.ok ? { ok: true, body: { ...made.body, step: true } } : made);
    },
    /** Its program runs free from now on: nothing of it pauses until it is told to stop at breakpoints again. */
    async runToEnd({ call_data: { process_key } }: PausedCall): Promise<void> {
      await flow(
        { mute_process: process_key, resume_all: { process: process_key } },
        {
          before: "This program runs free: nothing of it pauses",
          undo: () => void flow({ unmute_process: process_key }),
        },
      );
    },

    /** Releases those that wait now; one that pauses meanwhile is left alone. */
    async resumeAll(): Promise<void> {
      const { pauses, busy } = store.get();
      const ids = pauses.map(({ id }) => id).filter((id) => !busy.has(id));
      store.dispatch({ type: "release_started", ids });
      let count = 0;
      const rest = ids[Symbol.iterator]();
      const worker = async () => {
        for (const id of rest) if (await send(id, { action: "continue" })) count++;
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      if (count > 0)
        say({ before: count === 1 ? "Resumed the call that waited" : `Resumed all ${count} that waited` });
    },

    addBreakpoint: (name: string) =>
      tell(api.addBreakpoint(name), {
        before: "Pauses from now on:",
        name,
        undo: () => void tell(api.removeBreakpoint(name)),
      }),
    removeBreakpoint(name: string): Promise<boolean> {
      const was = store.get().breakpoints.find((each) => each.name === name);
      return tell(api.removeBreakpoint(name), {
        before: "Removed the breakpoint on",
        name,
        undo: () => void tell(api.restoreBreakpoint(name, was)),
      });
    },
    setBehavior: (name: string, behavior: Behavior) => tell(api.setBehavior(name, behavior)),
    setAfterBehavior: (name: string, behavior: AfterBehavior) => tell(api.setAfterBehavior(name, behavior)),
    /** `said` tells what was done and how it is taken back. */
    setFlow: (change: FlowRequest, said?: string, back?: FlowRequest) =>
      flow(change, said === undefined ? null : { before: said, undo: back ? () => void flow(back) : null }),
    selectCall: (id: string) => store.dispatch({ type: "select_call", id }),
    closeSelection: () => store.dispatch({ type: "close_selection" }),
    /** Something went wrong. */
    complain: (problem: string) => store.dispatch({ type: "problem", message: problem }),
    /** Something was done. */
    say,
    /** Does what a page asks the server for, and says so. */
    tell,
    setGlobalBehavior(behavior: GlobalBehavior): Promise<boolean> {
      const was = store.get().globalBehavior;
      return tell(api.setGlobalBehavior(behavior), {
        before: GLOBAL_TEXT[behavior],
        undo: was === null ? null : () => void tell(api.setGlobalBehavior(was)),
      });
    },
  };
}
