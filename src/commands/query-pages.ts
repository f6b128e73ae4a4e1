/** Pages of recorded calls, for commands: a query's mistake is pointed at, and a long search tells how far it is. */
import type { CallPage } from "../protocol/records.ts";
import { type Io, sayProblem } from "./io.ts";
import { printable } from "./printable.ts";
import type { RecordApi } from "./record-api.ts";
import { ServerRefused } from "./server-api.ts";

/** A search that takes longer says how far it is, in ms. */
const PATIENCE_MS = 1_000;

export interface PageRequest {
  q: string;
  limit: number;
  order: "newest" | "oldest";
  cursor?: string | undefined;
}

export async function callPage(api: RecordApi, request: PageRequest): Promise<CallPage> {
  const query = new URLSearchParams({ q: request.q, limit: String(request.limit), order: request.order });
  if (request.cursor !== undefined) query.set("cursor", request.cursor);
  return await api.get<CallPage>(`/api/calls?${query}`);
}

/** Up to `limit` calls, however many pages that takes. */
export async function manyCalls(
  api: RecordApi,
  request: PageRequest,
  { err }: Io,
): Promise<CallPage["calls"]> {
  const calls: CallPage["calls"] = [];
  const started = performance.now();
  let cursor = request.cursor;
  let said = started;
  for (;;) {
    const page = await callPage(api, {
      ...request,
      cursor,
      limit: Math.min(1_000, request.limit - calls.length),
    });
    calls.push(...page.calls);
    const isOver = page.next === null || (request.order === "oldest" && page.searched_to === null);
    if (isOver || calls.length >= request.limit) return calls;
    cursor = page.next ?? undefined;
    if (performance.now() - said < PATIENCE_MS) continue;
    said = performance.now();
    const end = request.order === "newest" ? "back to" : "up to";
    if (err.isTerminal)
      err.line(
        err.style.dim(`Searching: ${end} #${page.searched_to} of ${page.newest}, ${calls.length} found`),
      );
  }
}

/** A query's mistake, said and pointed at; answers the exit code. Anything else goes on. */
export function sayMistake(error: unknown, q: string, { err }: Io): number {
  if (!(error instanceof ServerRefused) || error.code !== "invalid_query") throw error;
  sayProblem(error.message, err);
  const { column, length } = error.body;
  if (typeof column !== "number" || /\p{Cc}/u.test(q)) return 2;
  err.line(`  ${printable(q)}`);
  err.line(
    `  ${" ".repeat(Bun.stringWidth(q.slice(0, column - 1)))}${"^".repeat(Math.max(1, Number(length) || 1))}`,
  );
  return 2;
}
