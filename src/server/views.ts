/** Calls and pauses as the contract spells them, with their values filled in from the store. */
import type { PausedCall, PausedCallData } from "../protocol/pauses.ts";
import type { PayloadItem, WireItem } from "../protocol/payload.ts";
import { acceptedBy, acceptsPauseAfter } from "./engine/accepts.ts";
import { BoundedMap } from "./engine/bounded.ts";
import { type Call, type CallOutcome, type Item, processKey } from "./engine/calls.ts";
import type { Pause } from "./engine/pauses.ts";
import { own } from "./own-property.ts";
import type { Store } from "./store/store.ts";
import { prettyOf } from "./values/index.ts";

/**
 * An item with its data, unless that is longer than `limit` bytes. Its format is the payload's own: one that came as a
 * CID alone may have named none.
 */
export function wireItem(store: Store, item: Item, limit = Number.POSITIVE_INFINITY): WireItem {
  const payload = store.getPayload(item.cid);
  if (!payload) return { cid: item.cid, serialization_format: item.format };
  const { bytes, format } = payload;
  if (bytes.length > limit) return { cid: item.cid, serialization_format: format };
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    cid: item.cid,
    data: data.toString(format === "dill" ? "base64" : "utf8"),
    serialization_format: format,
  };
}

/** Reading 50 MB takes a second, and a paused call is shown again and again: what large values look like is kept. */
const LARGE_BYTES = 200_000;
const prettyLarge = new BoundedMap<string, unknown>(16);

/** A value as plain JSON for people; null stands for no value. */
export function pretty(store: Store, item: Item | null): unknown {
  if (!item) return null;
  const kept = prettyLarge.get(item.cid);
  if (kept !== undefined) return kept;
  const payload = store.getPayload(item.cid);
  if (!payload) return `<payload ${item.cid.slice(0, 12)} is not held here>`;
  const shown = prettyOf(payload.format, payload.bytes);
  if (payload.bytes.length > LARGE_BYTES) prettyLarge.set(item.cid, shown);
  return shown;
}

export interface PausedOptions {
  replSessions?: string[];
  /** Arguments that evaluations at the pause changed, by place. */
  changed?: ReadonlyMap<number, Item>;
  /** Values with more bytes come without their data. */
  dataLimit?: number | undefined;
}

export function pausedCall(
  store: Store,
  pause: Pause,
  { replSessions = [], changed = new Map(), dataLimit }: PausedOptions = {},
): PausedCall {
  const { call, outcome } = pause;
  const mutated = outcome?.mutated ?? [...changed].map(([index, item]) => ({ index, item }));
  const wire = (item: Item) => wireItem(store, item, dataLimit);
  const data: PausedCallData = {
    ...described(store, call),
    target: call.target && wire(call.target),
    args: call.args.map(wire),
    kwargs: mapped(call.kwargs, wire),
    preferred_format: call.preferredFormat,
    pause_reason: pause.reason,
    pause_when: pause.when,
    pause_cause: pause.cause,
    rule: pause.rule,
    accepts: [...acceptedBy(pause)],
    accepts_pause_after: acceptsPauseAfter(pause),
    decisions: call.decisions ?? [],
    ...(mutated.length > 0
      ? {
          mutated: mutated.map(({ index, item }) => ({
            index,
            item: wire(item),
            pretty: pretty(store, item),
          })),
        }
      : {}),
    ...ranWith(store, pause),
    ...(pause.until === null ? {} : { delayed_until: pause.until }),
    ...(outcome ? ended(store, outcome) : {}),
    ...(outcome?.result ? { result: wire(outcome.result) } : {}),
  };
  return { id: pause.id, paused_at: pause.pausedAt, call_data: data, repl_sessions: replSessions };
}

/** After a call: the arguments that somebody gave it, where they are not its own. */
function ranWith(store: Store, { call, when }: Pause): Pick<PausedCallData, "ran_with"> {
  const changed =
    when === "after" ? call.decisions?.findLast(({ args, kwargs }) => args ?? kwargs) : undefined;
  if (!changed) return {};
  const { args = [], kwargs = {} } = changed;
  const shown = ({ cid }: PayloadItem) =>
    pretty(store, { cid, format: call.preferredFormat, clientRef: null });
  const pretty_kwargs: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(kwargs)) own(pretty_kwargs, name, shown(item));
  return { ran_with: { args, kwargs, pretty_args: args.map(shown), pretty_kwargs } };
}

/** Above this, in bytes, an item's data is left out of events: the hub holds thousands of them. */
const EVENT_DATA_LIMIT = 32 * 1024;

/** A pause as an event tells it: large data left out, to be fetched with `GET /api/paused/<id>`. */
export const pausedSummary = (store: Store, pause: Pause, changed?: ReadonlyMap<number, Item>): PausedCall =>
  pausedCall(store, pause, { dataLimit: EVENT_DATA_LIMIT, ...(changed ? { changed } : {}) });

function described(store: Store, call: Call) {
  return {
    call_id: call.id,
    method_name: call.methodName,
    pretty_target: pretty(store, call.target),
    pretty_args: call.args.map((item) => pretty(store, item)),
    pretty_kwargs: mapped(call.kwargs, (item) => pretty(store, item)),
    signature: call.signature,
    call_site: call.callSite,
    parent_call_id: call.parentCallId,
    call_type: call.callType,
    process_pid: call.process.pid,
    process_start_time: call.process.startTime,
    process_key: processKey(call.process),
    page_url: call.process.pageUrl,
  };
}

function ended(store: Store, outcome: CallOutcome) {
  const { exception } = outcome;
  return {
    status: outcome.status === "abandoned" ? ("exception" as const) : outcome.status,
    ...(outcome.result ? { pretty_result: pretty(store, outcome.result) } : {}),
    ...(exception
      ? {
          exception: {
            type: exception.type,
            message: exception.message,
            traceback: exception.traceback ?? null,
            value: pretty(store, exception.item),
          },
        }
      : {}),
  };
}

function mapped<T>(items: ReadonlyMap<string, Item>, map: (item: Item) => T): Record<string, T> {
  const record: Record<string, T> = {};
  for (const [key, item] of items) own(record, key, map(item));
  return record;
}
