/** What decisions put in place of what the program did, readable: `args[1]`, from `249.9`, to `24.99`. */
import type { Decision } from "../../protocol/actions.ts";
import type { DecisionChange } from "../../protocol/records.ts";
import type { ReadStore, StoredCall } from "../store/store.ts";
import { textOf } from "./text.ts";

/** The values a decision changed, in the order of `changed`. */
export function changesOf(store: ReadStore, call: StoredCall, decision: Decision): DecisionChange[] {
  const text = (cid: string | undefined) => {
    const id = cid === undefined ? null : store.payloadId(cid);
    return id === null ? null : textOf(store, id);
  };
  return decision.changed.map((what) => {
    const place = /^args\[(\d+)\]$/.exec(what)?.[1];
    if (place !== undefined) {
      const before = call.args[Number(place)];
      return {
        what,
        from: before === undefined ? null : textOf(store, before),
        to: text(decision.args?.[Number(place)]?.cid),
      };
    }
    if (what.startsWith("kwargs.")) {
      const name = what.slice("kwargs.".length);
      const before = ownOf(call.extra?.kwargs, name)?.[0];
      return {
        what,
        from: before === undefined ? null : textOf(store, before),
        to: text(ownOf(decision.kwargs, name)?.cid),
      };
    }
    return { what, from: null, to: outcomeText(decision, text(decision.result?.cid)) };
  });
}

function outcomeText({ exception, function_name }: Decision, result: string | null): string | null {
  if (exception) return `${exception.type}: ${exception.message}`;
  return function_name ?? result;
}

const ownOf = <T>(map: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  map && Object.hasOwn(map, name) ? map[name] : undefined;
