/** What the detail of a call asks the server for. */

import type { FunctionStats, ObjectView } from "../../../src/protocol/objects.ts";
import type { CallDetail, CallPage, CallSummary } from "../../../src/protocol/records.ts";
import type { SourceFile, ValueTree } from "../../../src/protocol/source.ts";
import { request } from "../api.ts";

/** Values larger than this, in bytes, come when they are looked at. */
const DATA_LIMIT = 256 * 1024;

const query = (fields: Readonly<Record<string, string>>) => new URLSearchParams(fields).toString();

/** A name in the query language, quoted. */
const quoted = (text: string) => JSON.stringify(text);

export const detailApi = {
  call: (id: string, signal?: AbortSignal) =>
    request<CallDetail>(
      "GET",
      `/api/calls/${encodeURIComponent(id)}?data_limit=${DATA_LIMIT}`,
      undefined,
      signal,
    ),
  value: (cid: string) => request<ValueTree>("GET", `/api/values/${cid}`),
  source: (call: string, frame: number, signal?: AbortSignal) =>
    request<SourceFile>("GET", `/api/calls/${encodeURIComponent(call)}/source/${frame}`, undefined, signal),
  /** The newest calls of a function. */
  history: (name: string, signal?: AbortSignal) =>
    request<CallPage>(
      "GET",
      `/api/calls?${query({ q: `fn:${quoted(name)}`, limit: "100" })}`,
      undefined,
      signal,
    ),
  stats: (name: string, signal?: AbortSignal) =>
    request<{ functions: FunctionStats[] }>(
      "GET",
      `/api/functions/stats?${query({ q: `fn:${quoted(name)}` })}`,
      undefined,
      signal,
    ),
  /** Where else a value was used. */
  uses: (cid: string, signal?: AbortSignal) =>
    request<ObjectView>("GET", `/api/objects/${cid}?limit=50&data_limit=0`, undefined, signal),
  /** The calls that a call made, oldest first. */
  children: (callId: string, signal?: AbortSignal) =>
    request<{ root: { children: { call: CallSummary }[] } }>(
      "GET",
      `/api/calls/${encodeURIComponent(callId)}/tree?depth=1&limit=51`,
      undefined,
      signal,
    ),
};
