/** The contract's actions for clients of the live channel, which know their values by place and not by CID. */
import type { EngineAction } from "../../protocol/actions.ts";
import type { ChosenValue, LiveAction } from "../../protocol/debuggee-frames.ts";
import type { WireItem } from "../../protocol/payload.ts";
import type { Item } from "../engine/calls.ts";
import type { Moment } from "../engine/rules/facts.ts";
import type { Store } from "../store/store.ts";
import { wireItem } from "../views.ts";

/** What the client is told to do with a call that this was decided about. */
export function liveAction(store: Store, moment: Moment, action: EngineAction): LiveAction {
  const after = moment.call.pauseAfter ? { pause_after: true } : {};
  switch (action.action) {
    case "modify":
      return {
        action: "modify",
        args: action.modified_args.map((item, place) => chosen(store, moment, item as WireItem, place)),
        ...after,
      };
    case "skip":
      return { action: "skip", result: result(store, moment, action) };
    case "raise":
      return {
        action: "raise",
        exception_type: action.exception_type,
        exception_message: action.exception_message,
      };
    case "replace":
      return { action: "replace", function_name: action.function_name, ...after };
    case "call_again":
      return {
        action: "call_again",
        ...(action.modified_args
          ? {
              args: action.modified_args.map((item, place) => chosen(store, moment, item as WireItem, place)),
            }
          : {}),
      };
    default:
      return { action: "continue", ...after };
  }
}

/** An argument: the call's own object where its value is one of the call's, at the same place if it can be. */
function chosen(store: Store, { call }: Moment, item: WireItem, place: number): ChosenValue {
  if (call.args[place]?.cid === item.cid) return { keep: place };
  const elsewhere = call.args.findIndex((own) => own.cid === item.cid);
  if (elsewhere !== -1) return { keep: elsewhere };
  if (call.target?.cid === item.cid) return { keep: "target" };
  return { data: dataOf(store, item.cid, item.data) };
}

/** A result is a value of its own even where an argument equals it; what the call came to stays that very object. */
function result(
  store: Store,
  moment: Moment,
  action: Extract<EngineAction, { action: "skip" }>,
): ChosenValue {
  const cid = action.fake_result_cid;
  const outcome = moment.outcome?.result ?? moment.outcome?.exception?.item;
  if (cid !== undefined && outcome?.cid === cid) return { keep: "outcome" };
  return { data: dataOf(store, cid, action.fake_result_data) };
}

function dataOf(store: Store, cid: string | undefined, data: string | null | undefined): string {
  if (data != null) return data;
  const held: Pick<WireItem, "data"> =
    cid === undefined ? {} : wireItem(store, { cid, format: "json", clientRef: null } satisfies Item);
  return held.data ?? "null";
}
