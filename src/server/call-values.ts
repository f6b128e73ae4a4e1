/** The values of calls, for rules: read as conditions see them, written as the call's client reads them. */
import type { EngineAction } from "../protocol/actions.ts";
import { actionFor } from "./decision.ts";
import type { Item } from "./engine/calls.ts";
import type { CallValues } from "./engine/judge.ts";
import type { Store } from "./store/store.ts";
import { plainOf } from "./values/index.ts";

const CONTINUE: EngineAction = { action: "continue" };

export function valuesOf(store: Store): CallValues {
  return {
    read: (item) => readItem(store, item),
    build: (moment, request) => actionFor(store, moment, request) ?? CONTINUE,
  };
}

function readItem(store: Store, item: Item): unknown {
  if (item.text !== undefined) return plainOf("json", item.text);
  const payload = store.getPayload(item.cid);
  if (!payload) throw new Error("is not held here");
  return plainOf(payload.format, payload.bytes);
}
