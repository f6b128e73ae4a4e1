/** The server's control API, typed by the contract. Every refusal becomes an `ApiError` with the server's sentence. */
import type { ContinueRequest } from "../../src/protocol/actions.ts";
import type {
  AfterBehavior,
  Behavior,
  BreakpointList,
  FunctionList,
  GlobalBehavior,
} from "../../src/protocol/breakpoints.ts";
import type { ErrorBody } from "../../src/protocol/errors.ts";
import type { Flow, FlowRequest } from "../../src/protocol/flow.ts";
import type { PausedCall } from "../../src/protocol/pauses.ts";
import type { ProcessView } from "../../src/protocol/processes.ts";
import type { RuleList } from "../../src/protocol/rules.ts";
import { takeEarly } from "./take-early.ts";

export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(
    /** 0 when the server did not answer at all. */
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

const UNREACHABLE =
  "The server did not answer, so nothing was done. Try again when it is back; your edits are kept.";

/** Every answer that is not a success becomes an `ApiError`. Other modules of the page build their endpoints on it. */
export async function request<T>(
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const headers: Record<string, string> = { "x-cideldill-actor": "person" };
  const init: RequestInit = { method, cache: "no-store", headers, ...(signal ? { signal } : {}) };
  if (body !== undefined) {
    headers["content-type"] = "application/json";
    init.body = JSON.stringify(body);
  }
  let response: Response;
  let answer: unknown;
  try {
    response = await ((method === "GET" && takeEarly(path)) || fetch(path, init));
    // A refusal may come without a body; an answer that was broken off is none.
    answer = await response.json().catch((error: unknown) => {
      if (response.ok) throw error;
      return null;
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, "unreachable", UNREACHABLE);
  }
  if (response.ok) return answer as T;
  const refusal = answer as Partial<ErrorBody> | null;
  throw new ApiError(
    response.status,
    refusal?.error ?? "unknown",
    refusal?.message ?? `The server answered ${response.status} without saying why.`,
  );
}

/** What is set at a breakpoint. */
interface Was {
  readonly behavior: Behavior;
  readonly after: AfterBehavior;
  readonly replacement: string | null;
}

const breakpoint = (name: string) => `/api/breakpoints/${encodeURIComponent(name)}`;

export const api = {
  paused: () => request<{ paused: PausedCall[] }>("GET", "/api/paused"),
  pause: (id: string) => request<PausedCall>("GET", `/api/paused/${encodeURIComponent(id)}`),
  breakpoints: () => request<BreakpointList>("GET", "/api/breakpoints"),
  behavior: () => request<{ behavior: GlobalBehavior }>("GET", "/api/behavior"),
  functions: () => request<FunctionList>("GET", "/api/functions"),

  rules: () => request<RuleList>("GET", "/api/rules"),
  flow: () => request<Flow>("GET", "/api/flow"),
  processes: () => request<{ processes: ProcessView[] }>("GET", "/api/processes"),
  setFlow: (change: FlowRequest) => request<Flow>("POST", "/api/flow", change),

  release: (id: string, body: ContinueRequest) =>
    request<unknown>("POST", `/api/paused/${encodeURIComponent(id)}/continue`, body),
  addBreakpoint: (name: string) => request<unknown>("POST", "/api/breakpoints", { function_name: name }),
  removeBreakpoint: (name: string) => request<unknown>("DELETE", breakpoint(name)),
  /** As it was before it was removed. */
  async restoreBreakpoint(name: string, was: Was | undefined): Promise<void> {
    await api.addBreakpoint(name);
    if (!was) return;
    await api.setBehavior(name, was.behavior);
    await api.setAfterBehavior(name, was.after);
    if (was.replacement !== null)
      await request("POST", `${breakpoint(name)}/replacement`, { replacement_function: was.replacement });
  },
  setBehavior: (name: string, behavior: Behavior) =>
    request<unknown>("POST", `${breakpoint(name)}/behavior`, { behavior }),
  setAfterBehavior: (name: string, behavior: AfterBehavior) =>
    request<unknown>("POST", `${breakpoint(name)}/after_behavior`, { behavior }),
  setGlobalBehavior: (behavior: GlobalBehavior) => request<unknown>("POST", "/api/behavior", { behavior }),
};

export type Api = typeof api;

/** What a person reads when an action failed. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
