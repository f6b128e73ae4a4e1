/** Decisions as they are kept: who took them, and what they changed of what the program did. */
import type { DecidedBy, Decision, EngineAction } from "../../protocol/actions.ts";
import type { PayloadItem } from "../../protocol/payload.ts";
import { own } from "../own-property.ts";
import type { Call, Item } from "./calls.ts";

export const SCRIPT: DecidedBy = { kind: "script" };

/** Of which pause, if any; what a rule held back, and how long. */
export interface Circumstances {
  at: number;
  when: "before" | "after";
  pauseId: string | null;
  by: DecidedBy;
  pauseAfter?: boolean;
  delayedS?: number;
  /** Arguments that evaluations at the pause changed, by place. */
  reassigned?: ReadonlyMap<number, Item>;
}

export function decisionOf(call: Call, action: EngineAction, about: Circumstances): Decision {
  const content = contentOf(call, action, about);
  return {
    at: about.at,
    when: about.when,
    pause_id: about.pauseId,
    decided_by: about.by,
    // It goes on with what was assigned at the pause: an edit, however it was made.
    action: action.action === "continue" && content.changed.length > 0 ? "modify" : action.action,
    ...content,
    ...(about.pauseAfter ? { pause_after: true } : {}),
    ...(about.delayedS === undefined ? {} : { delayed_s: about.delayedS }),
  };
}

type Content = Pick<Decision, "changed" | "args" | "kwargs" | "result" | "exception" | "function_name">;

function contentOf(call: Call, action: EngineAction, { reassigned }: Circumstances): Content {
  switch (action.action) {
    case "modify":
    case "call_again":
      return argumentsOf(
        call,
        withReassigned(call, action.modified_args, reassigned),
        action.modified_kwargs,
      );
    case "skip":
      return {
        changed: ["result"],
        ...(action.fake_result_cid === undefined
          ? {}
          : {
              result: {
                cid: action.fake_result_cid,
                serialization_format: action.fake_result_serialization_format ?? call.preferredFormat,
              },
            }),
      };
    case "raise":
      return {
        changed: ["exception"],
        exception: { type: action.exception_type, message: action.exception_message },
      };
    case "replace":
      return { changed: ["function"], function_name: action.function_name };
    case "continue":
      if (!reassigned || reassigned.size === 0) return { changed: [] };
      return argumentsOf(call, withReassigned(call, call.args, reassigned), undefined);
  }
}

function argumentsOf(
  call: Call,
  args: readonly PayloadItem[] | undefined,
  kwargs: Readonly<Record<string, PayloadItem>> | undefined,
): Content {
  const changed: string[] = [];
  const keptArgs = args?.map(withoutData);
  const length = Math.max(args?.length ?? call.args.length, call.args.length);
  for (let index = 0; args && index < length; index++)
    if (args[index]?.cid !== call.args[index]?.cid) changed.push(`args[${index}]`);
  const keptKwargs: Record<string, PayloadItem> = {};
  for (const [name, item] of Object.entries(kwargs ?? {})) {
    own(keptKwargs, name, withoutData(item));
    if (call.kwargs.get(name)?.cid !== item.cid) changed.push(`kwargs.${name}`);
  }
  for (const name of call.kwargs.keys())
    if (kwargs && !Object.hasOwn(kwargs, name)) changed.push(`kwargs.${name}`);
  return {
    changed,
    ...(keptArgs ? { args: keptArgs } : {}),
    ...(kwargs ? { kwargs: keptKwargs } : {}),
  };
}

/** An argument that is kept is the one an evaluation left there. */
function withReassigned(
  call: Call,
  args: readonly (PayloadItem | Item)[] | undefined,
  reassigned: ReadonlyMap<number, Item> = new Map(),
): PayloadItem[] | undefined {
  if (!args) return undefined;
  // A list somebody sent is as long as they made it.
  const last = args === call.args ? Math.max(-1, ...reassigned.keys()) : -1;
  const length = Math.max(args.length, last + 1);
  return Array.from({ length }, (_, index): PayloadItem[] => {
    const [item, now] = [args[index], reassigned.get(index)];
    if (now && item?.cid === call.args[index]?.cid)
      return [{ cid: now.cid, serialization_format: now.format }];
    if (!item) return [];
    return ["format" in item ? { cid: item.cid, serialization_format: item.format } : item];
  }).flat();
}

/** The bytes are in the store. */
const withoutData = ({ cid, serialization_format }: PayloadItem): PayloadItem => ({
  cid,
  ...(serialization_format == null ? {} : { serialization_format }),
});

/** Items of a call in one list, for whoever looks for a value among them. */
export function* itemsOf(call: Call): Generator<Item> {
  yield* call.args;
  yield* call.kwargs.values();
  if (call.target) yield call.target;
}
