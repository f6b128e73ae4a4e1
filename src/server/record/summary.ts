/** Calls as rows of a list. */
import type { CallSummary } from "../../protocol/records.ts";
import { type ReadStore, STATUS, type StoredCall } from "../store/store.ts";
import { valueText } from "../values/index.ts";
import { changesOf } from "./changes.ts";
import { errorOf, parentIdOf } from "./history.ts";
import { processName, statusName } from "./names.ts";
import { changeOf } from "./subject.ts";
import { TEXT, textOf } from "./text.ts";

const cut = (text: string, limit: number): string =>
  text.length <= limit ? text : `${text.slice(0, Math.max(0, limit - 1)).toWellFormed()}…`;

export function summaryOf(store: ReadStore, call: StoredCall): CallSummary {
  const process = store.process(call.process);
  const error = errorOf(store, call);
  const decision = changeOf(call);
  return {
    number: call.number,
    call_id: store.callIdOf(call),
    function_name: store.functionName(call.functionId),
    status: statusName(store, call),
    started_at: call.startedAt,
    duration_ms: call.status === STATUS.running ? null : call.durationMs,
    session: call.session,
    process_key: process.key,
    process_pid: process.pid,
    process_name: processName(process),
    parent_call_id: parentIdOf(store, call),
    args_text: argsText(store, call),
    result_text: resultText(store, call),
    exception: error && { type: error.type, message: error.message && cut(error.message, TEXT) },
    call_site: call.site === null ? null : (store.frames(call.site).at(-1) ?? null),
    action: decision?.action ?? null,
    decided_by: decision?.decided_by ?? null,
    changes: decision ? changesOf(store, call, decision) : [],
    pinned: store.isPinned(call.number),
  };
}

export function argsText(store: ReadStore, call: StoredCall): string {
  const fields = call.extra?.fields;
  const kwargs = Object.entries(call.extra?.kwargs ?? {});
  let text = "";
  const add = (part: () => string) => {
    if (text.length < TEXT) text += `${text === "" ? "" : ", "}${part()}`;
  };
  for (const id of call.args) add(() => textOf(store, id));
  for (const [name, [id]] of kwargs) add(() => `${name}=${textOf(store, id)}`);
  // An event tells no values, but what to show of them.
  if (text === "" && fields?.pretty_args !== undefined)
    add(() =>
      [fields.pretty_args]
        .flat()
        .map((arg) => valueText(arg, TEXT))
        .join(", "),
    );
  return cut(text, TEXT);
}

function resultText(store: ReadStore, call: StoredCall): string | null {
  if (call.error !== null) return null;
  if (call.outcome !== null) return textOf(store, call.outcome);
  const shown = call.extra?.fields?.pretty_result;
  return shown === undefined ? null : valueText(shown, TEXT);
}
