/** What the record of calls answers, for the pages that list it. */
import type { CallDiff, SessionDiff } from "../../../src/protocol/comparisons.ts";
import type { QueryCheck, QueryCompletion } from "../../../src/protocol/query.ts";
import type {
  CallDetail,
  CallPage,
  CallSummary,
  Timeline,
  TreeQuery,
} from "../../../src/protocol/records.ts";
import { request } from "../api.ts";
import { pathOf, type Values } from "../place.ts";

export const get = <T>(path: string, values: Values = {}, signal?: AbortSignal): Promise<T> =>
  request<T>("GET", pathOf(path, values), undefined, signal);

export interface PageQuery {
  readonly q: string;
  readonly order: "newest" | "oldest";
  readonly cursor?: string | null;
  readonly limit: number;
}

/** As the protocol has them; the recursion is spelled out for the types. */
export interface TreeNode {
  readonly call: CallSummary;
  readonly children: readonly TreeNode[];
  readonly more: string | null;
}

export const recordApi = {
  calls: (query: PageQuery, signal?: AbortSignal) => get<CallPage>("/api/calls", { ...query }, signal),
  /** The number of a call that is known by its call_id. */
  numberOf: async (call: string) =>
    (await get<{ number: number }>(`/api/calls/${encodeURIComponent(call)}`, { data_limit: 0 })).number,
  pin: (call: string | number, pinned: boolean) =>
    request<unknown>("POST", `/api/calls/${encodeURIComponent(call)}/pin`, { pinned }),
  /** Calls with their values and stacks, as text. */
  shared: async (numbers: readonly number[]) =>
    JSON.stringify(
      await get<unknown>("/api/calls/share", { format: "json", calls: numbers.join(",") }),
      null,
      2,
    ),
  /** A call that a list does not hold. */
  call: (number: number) => get<CallDetail>(`/api/calls/${number}`, { data_limit: 0 }),
  check: (q: string, signal?: AbortSignal) => get<QueryCheck>("/api/query/check", { q }, signal),
  complete: (q: string, at: number, signal?: AbortSignal) =>
    request<QueryCompletion>(
      "GET",
      `/api/query/complete?q=${encodeURIComponent(q)}&at=${at}`,
      undefined,
      signal,
    ),
  diff: (a: string, b: string, signal?: AbortSignal) => get<CallDiff>("/api/diff", { a, b }, signal),
  sessionDiff: (a: string, b: string, signal?: AbortSignal) =>
    get<SessionDiff>("/api/sessions/diff", { a, b }, signal),
  processTree: (query: TreeQuery & { process: string }, signal?: AbortSignal) =>
    get<{ roots: TreeNode[]; next: string | null }>("/api/tree", { ...query }, signal),
  callTree: (call: string | number, query: TreeQuery, signal?: AbortSignal) =>
    get<{ root: TreeNode }>(`/api/calls/${encodeURIComponent(call)}/tree`, { ...query }, signal),
  timeline: (query: Values, signal?: AbortSignal) => get<Timeline>("/api/timeline", query, signal),
};
