/** One call with everything that is kept of it. */
import type { CallDetail, RecordedValue } from "../../protocol/records.ts";
import { own } from "../own-property.ts";
import type { ReadStore, StoredCall, StoredPayload } from "../store/store.ts";
import { prettyOf } from "../values/index.ts";
import { changesOf } from "./changes.ts";
import { errorOf, parentIdOf, refOf } from "./history.ts";
import { statusName } from "./names.ts";
import { decisionsOf } from "./subject.ts";
import { summaryOf } from "./summary.ts";
import { textOf } from "./text.ts";

export const DATA_LIMIT = 65_536;

export function callDetail(store: ReadStore, call: StoredCall, dataLimit = DATA_LIMIT): CallDetail {
  const value = (id: number | null, role: string) => {
    const payload = id === null ? null : store.payload(id);
    return payload && recordedValue(store, payload, refOf(call, role), dataLimit);
  };
  const kwargs: Record<string, RecordedValue> = {};
  for (const [name, [id, ref]] of Object.entries(call.extra?.kwargs ?? {})) {
    const payload = store.payload(id);
    if (payload) own(kwargs, name, recordedValue(store, payload, ref, dataLimit));
  }
  const process = store.process(call.process);
  const error = errorOf(store, call);
  const fields = call.extra?.fields ?? {};
  const parentId = parentIdOf(store, call);
  const parentNumber = parentId === null ? null : store.numberOf(parentId);
  const parent = parentNumber === null ? null : store.call(parentNumber);
  const summary = summaryOf(store, call);
  return {
    ...fields,
    ...summary,
    target: value(call.target, "target"),
    args: call.args.flatMap((id, index) => value(id, `args[${index}]`) ?? []),
    kwargs,
    result: error ? null : value(call.outcome, "result"),
    exception: error && {
      type: error.type,
      message: error.message,
      traceback: error.traceback,
      value: value(call.outcome, "exception"),
    },
    stack_trace: call.site === null ? [] : store.frames(call.site),
    signature: signatureOf(fields.signature) ?? store.signature(call.session, summary.function_name),
    call_type: fields.call_type === "inline" ? "inline" : "proxy",
    preferred_format: fields.preferred_format === "dill" ? "dill" : "json",
    page_url: process.pageUrl,
    process_start_time: process.startTime,
    completed_at: call.durationMs === null ? null : call.startedAt + call.durationMs / 1000,
    status_reason: REASONS[statusName(store, call)] ?? null,
    decisions: decisionsOf(call).map((decision) => ({
      ...decision,
      changes: changesOf(store, call, decision),
    })),
    parent: parent && summaryOf(store, parent),
    children: store.children(call).length,
  };
}

const REASONS: Readonly<Record<string, string>> = {
  abandoned: "Its program went away before it ended.",
  lost: "The server that kept it ended before the call did. Its program may still tell how it ended.",
};

const signatureOf = (value: unknown): string | number | null =>
  typeof value === "string" || typeof value === "number" ? value : null;

export function recordedValue(
  store: ReadStore,
  payload: StoredPayload,
  clientRef: number | string | null,
  dataLimit: number,
): RecordedValue {
  const format = payload.format === "dill" ? "dill" : "json";
  const isWhole = payload.size <= dataLimit;
  return {
    cid: payload.cid,
    serialization_format: format,
    client_ref: clientRef,
    size: payload.size,
    text: textOf(store, payload.id),
    data: isWhole ? dataOf(payload) : null,
    ...(isWhole ? { pretty: prettyOf(format, payload.bytes) } : {}),
    more: isWhole ? null : `/api/objects/${payload.cid}/data`,
  };
}

/** As in payload items: the text of json, base64 of dill. */
export const dataOf = ({ format, bytes }: StoredPayload): string =>
  format === "dill" ? bytes.toBase64() : new TextDecoder().decode(bytes);
