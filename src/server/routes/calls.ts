/** Where debuggees report calls. */
import { Elysia } from "elysia";
import type { Action } from "../../protocol/actions.ts";
import {
  type CallCompleteRequest,
  CallCompleteResponse,
  CallCompleteRequest as CallCompleteSchema,
  type CallEventRequest,
  CallEventResponse,
  CallEventRequest as CallEventSchema,
  type CallStartRequest,
  CallStartResponse,
  CallStartRequest as CallStartSchema,
} from "../../protocol/calls.ts";
import { POLL_INTERVAL_MS, POLL_TIMEOUT_MS } from "../../protocol/constants.ts";
import { addComError } from "../com-errors.ts";
import type { ServerContext } from "../context.ts";
import type { CallOutcome, CallStart, Item, ProcessIdentity } from "../engine/calls.ts";
import type { Pause } from "../engine/pauses.ts";
import { Refusal } from "../engine/refusal.ts";
import { Intake } from "../intake.ts";
import { callRecord, endOf } from "../record-of-call.ts";
import { pretty } from "../views.ts";
import { answers, detail } from "./docs.ts";
import { overHttp } from "./over-http.ts";

export const callRoutes = (context: ServerContext) =>
  new Elysia({ name: "calls" })
    .post("/api/call/start", ({ body }) => startCall(context, body), {
      body: CallStartSchema,
      response: answers(CallStartResponse, 400, 413, 415),
      ...detail(
        "debuggee",
        "A call begins",
        "Answers what to do with it: go on, pause, or run something else.",
      ),
    })
    .post("/api/call/complete", ({ body }) => completeCall(context, body), {
      body: CallCompleteSchema,
      response: answers(CallCompleteResponse, 400, 413, 415),
      ...detail("debuggee", "A call ended", "Answers a poll action when the call pauses after it ran."),
    })
    .post("/api/call/event", ({ body }) => recordEvent(context, body), {
      body: CallEventSchema,
      response: answers(CallEventResponse, 400, 413, 415),
      ...detail("debuggee", "A finished call without a start"),
    });

function startCall({ manager, store, debuggees }: ServerContext, body: CallStartRequest) {
  const intake = new Intake(store);
  const start: CallStart = {
    methodName: body.method_name,
    target: body.target ? intake.add(body.target, "target") : null,
    args: (body.args ?? []).map((item, index) => intake.add(item, `args[${index}]`)),
    kwargs: new Map(
      Object.entries(body.kwargs ?? {}).map(([key, item]) => [key, intake.add(item, `kwargs.${key}`)]),
    ),
    callSite: body.call_site ?? {},
    callType: body.call_type ?? "proxy",
    signature: body.signature ?? manager.signatureOf(body.method_name),
    preferredFormat: preferredFormat(body.preferred_format),
    parentCallId: body.parent_call_id || null,
    process: processOf(body),
    wasPaused: body.was_paused ?? false,
  };
  intake.commit();
  debuggees.reported(start.process);
  const { call, pause, action } = manager.startCall(start);
  return { call_id: call.id, ...(pause ? pollAction(pause) : overHttp(action)) };
}

const pollAction = (pause: Pause): Action => ({
  action: "poll",
  poll_interval_ms: POLL_INTERVAL_MS,
  poll_url: `/api/poll/${pause.id}`,
  timeout_ms: POLL_TIMEOUT_MS,
});

function completeCall({ manager, store, comErrors, debug }: ServerContext, body: CallCompleteRequest) {
  const outcome = outcomeOf(store, body, manager.now());
  const ended = manager.completeCall(body.call_id, outcome);
  if (!ended && endedElsewhere(store, body.call_id, outcome)) return { status: "ok" as const };
  if (!ended) {
    // A client that outlived a restart of the server must not be stopped by it; what it lost is shown instead.
    debug(`completion of unknown call ${JSON.stringify(body.call_id)}`);
    addComError(comErrors, {
      kind: "unknown_call",
      message: `A call ended that this server never saw begin: ${body.call_id}. Was the server restarted meanwhile?`,
      call_id: body.call_id,
      timestamp: manager.now(),
    });
    return { status: "ok" as const };
  }
  return ended.pause ? { call_id: body.call_id, ...pollAction(ended.pause) } : { status: "ok" as const };
}

/** A call that an earlier run of the server saw begin. */
function endedElsewhere(store: ServerContext["store"], id: string, outcome: CallOutcome): boolean {
  const number = store.numberOf(id);
  return number !== null && store.endCall(number, endOf(outcome));
}

function recordEvent({ manager, store, debuggees }: ServerContext, body: CallEventRequest) {
  const start: CallStart = {
    methodName: body.method_name,
    target: null,
    args: [],
    kwargs: new Map(),
    callSite: body.call_site ?? {},
    callType: "inline",
    signature: body.signature ?? null,
    preferredFormat: "dill",
    parentCallId: body.parent_call_id || null,
    process: processOf(body),
  };
  const outcome = outcomeOf(store, body, body.timestamp ?? manager.now());
  debuggees.reported(start.process);
  const call = manager.recordEvent(start);
  const record = callRecord(call, outcome);
  record.status = body.status;
  Object.assign(record.fields, {
    ...(body.pretty_args != null ? { pretty_args: body.pretty_args } : {}),
    ...(body.pretty_kwargs != null ? { pretty_kwargs: body.pretty_kwargs } : {}),
    ...(body.pretty_result !== undefined ? { pretty_result: body.pretty_result } : {}),
    ...(body.exception != null ? { exception: body.exception } : {}),
  });
  store.addCall(record);
  return { status: "ok" as const, call_id: call.id };
}

function outcomeOf(
  store: ServerContext["store"],
  body: Omit<CallCompleteRequest, "call_id" | "status"> & { status: string },
  now: number,
): CallOutcome {
  const intake = new Intake(store);
  const result = prefixed(intake, body, "result");
  const exceptionItem = prefixed(intake, body, "exception");
  intake.commit();
  const threw = body.status === "exception";
  const named = exceptionItem && nameAndMessage(pretty(store, exceptionItem));
  return {
    status: threw ? "exception" : "success",
    result,
    // An event has a status of its own, such as serialization_error, and may come with an exception all the same.
    exception:
      threw || (body.status !== "success" && exceptionItem)
        ? {
            type: body.exception_type ?? named?.name ?? null,
            message: body.exception_message ?? named?.message ?? null,
            traceback: body.exception_traceback ?? null,
            item: exceptionItem,
          }
        : null,
    completedAt: now,
  };
}

/** Browser clients of the contract say what was thrown in the value alone: `{ name, message }`. */
function nameAndMessage(value: unknown): { name?: string; message?: string } {
  if (typeof value !== "object" || value === null) return {};
  return {
    ...("name" in value && typeof value.name === "string" ? { name: value.name } : {}),
    ...("message" in value && typeof value.message === "string" ? { message: value.message } : {}),
  };
}

/** The item spelled out as `<prefix>_cid`, `<prefix>_data`, ... */
function prefixed(
  intake: Intake,
  body: Omit<CallCompleteRequest, "call_id" | "status">,
  prefix: "result" | "exception",
): Item | null {
  const cid = body[`${prefix}_cid`];
  if (cid == null) return null;
  return intake.add(
    {
      cid,
      data: body[`${prefix}_data`],
      serialization_format: body[`${prefix}_serialization_format`],
      client_ref: body[`${prefix}_client_ref`],
    },
    prefix,
  );
}

function processOf(
  body: Pick<CallStartRequest, "process_pid" | "process_start_time" | "page_url">,
): ProcessIdentity {
  const { process_pid: pid, process_start_time: startTime, page_url: pageUrl } = body;
  if (pid == null || startTime == null) {
    throw new Refusal(
      "missing_process_identity",
      `The request lacks ${pid == null ? "process_pid (a whole number, 0 for a browser page)" : "process_start_time (Unix seconds)"}.`,
    );
  }
  return { pid, startTime, pageUrl: pageUrl ?? null };
}

function preferredFormat(format: string | null | undefined): "dill" | "json" {
  if (format == null || format === "dill") return "dill";
  if (format === "json") return "json";
  throw new Refusal(
    "invalid_preferred_format",
    `preferred_format is ${JSON.stringify(format)}; it must be "dill" or "json".`,
  );
}
