/**
 * A breakpoint server that follows the wire contract to the letter and does what a test tells it. It knows no network:
 * unit tests call it directly, integration tests put it behind Bun.serve.
 */
import { createHash, randomUUID } from "node:crypto";
import type { CallCompleteRequest, CallStartRequest } from "../../../../src/protocol/calls.ts";
import type { PayloadItem } from "../../../../src/protocol/payload.ts";

export const sha512 = (text: string): string => createHash("sha512").update(text).digest("hex");

export const jsonItem = (text: string): PayloadItem => ({
  cid: sha512(text),
  data: text,
  serialization_format: "json",
});

export interface Answer {
  status: number;
  body: object;
}

type Fields = Record<string, unknown>;

/** What to answer a start or a completion: an action, or a pause that ends with one. */
export type Script = Fields | { pause: Fields; waits?: number; exprs?: string[] };

export interface RecordedCall {
  id: string;
  start: CallStartRequest;
  complete?: CallCompleteRequest;
}

interface Pause {
  action: Fields | null;
  waits: number;
  exprs: string[];
}

const ok = (body: object): Answer => ({ status: 200, body });
const refuse = (status: number, error: string, more: object = {}): Answer => ({
  status,
  body: { error, message: `refused: ${error}`, ...more },
});

export class ScriptedServer {
  instanceId = randomUUID();
  readonly calls: RecordedCall[] = [];
  readonly functions = new Map<string, Fields>();
  readonly events: Fields[] = [];
  readonly comErrors: Fields[] = [];
  readonly replResults: Fields[] = [];
  readonly requests: string[] = [];
  readonly store = new Map<string, string>();
  readonly pauses = new Map<string, Pause>();
  readonly #before = new Map<string, Script>();
  readonly #after = new Map<string, Script>();

  /** What happens with calls of this name. */
  before(name: string, script: Script): void {
    this.#before.set(name, script);
  }

  after(name: string, script: Script): void {
    this.#after.set(name, script);
  }

  /** Ends every pause that has no end yet. */
  release(action: Fields = { action: "continue" }): number {
    let released = 0;
    for (const pause of this.pauses.values()) {
      if (pause.action) continue;
      pause.action = action;
      pause.waits = 0;
      released++;
    }
    return released;
  }

  /** A new start: everything is forgotten. */
  restart(): void {
    this.instanceId = randomUUID();
    this.store.clear();
    this.pauses.clear();
    this.functions.clear();
  }

  handle(method: string, path: string, text: string | undefined): Answer {
    this.requests.push(`${method} ${path}`);
    const body = text === undefined ? {} : (JSON.parse(text) as Fields);
    if (path === "/api/health") return ok(this.health());
    if (path === "/api/functions") return this.#function(body);
    if (path === "/api/call/start") return this.#start(body as CallStartRequest);
    if (path === "/api/call/complete") return this.#complete(body as CallCompleteRequest);
    if (path === "/api/call/event") {
      this.events.push(body);
      return ok({ status: "ok", call_id: "event" });
    }
    if (path === "/api/report-com-error") {
      this.comErrors.push(body);
      return ok({ status: "ok" });
    }
    if (path === "/api/call/repl-result") {
      this.replResults.push(body);
      return ok({ status: "ok" });
    }
    const [, kind, id = ""] = /^\/api\/(poll|poll-repl)\/(.+)$/.exec(path) ?? [];
    const pause = this.pauses.get(id);
    if (!kind) return refuse(404, "not_found");
    if (!pause) return refuse(404, "pause_not_found");
    return kind === "poll" ? poll(pause) : nextExpression(pause, id);
  }

  health(): object {
    return {
      service: "cideldill",
      version: "0.1.0",
      protocol_version: 1,
      instance_id: this.instanceId,
      pid: process.pid,
      started_at: Date.now() / 1000,
    };
  }

  #function(body: Fields): Answer {
    this.functions.set(String(body.function_name), body);
    return ok({ status: "ok", function_name: body.function_name, signature: body.signature ?? null });
  }

  #start(start: CallStartRequest): Answer {
    if (start.process_pid == null || start.process_start_time == null) {
      return refuse(400, "missing_process_identity");
    }
    const items = [...(start.args ?? []), ...(start.target ? [start.target] : [])];
    const refused = this.#take(items);
    if (refused) return refused;
    const id = `1234567890.123456-${String(this.calls.length + 1).padStart(3, "0")}`;
    this.calls.push({ id, start });
    return ok({ call_id: id, ...this.#answer(this.#before.get(start.method_name)) });
  }

  #complete(complete: CallCompleteRequest): Answer {
    const call = this.calls.find(({ id }) => id === complete.call_id);
    if (!call) return refuse(404, "call_not_found");
    const kind = complete.status === "success" ? "result" : "exception";
    const fields = complete as Fields;
    const cid = fields[`${kind}_cid`];
    const data = fields[`${kind}_data`] as string | undefined;
    const refused = cid === undefined ? null : this.#take([{ cid: String(cid), data }]);
    if (refused) return refused;
    call.complete = complete;
    const script = this.#after.get(call.start.method_name);
    return ok(script ? { call_id: call.id, ...this.#answer(script) } : { status: "ok" });
  }

  /** Keeps the bytes of items; refuses unknown and wrong CIDs as the contract says. */
  #take(items: { cid: string; data?: string | null | undefined }[]): Answer | null {
    const missing: string[] = [];
    for (const { cid, data } of items) {
      if (typeof data !== "string") {
        if (!this.store.has(cid)) missing.push(cid);
      } else if (sha512(data) !== cid) {
        return refuse(400, "cid_mismatch", { expected_cid: sha512(data), provided_cid: cid });
      } else this.store.set(cid, data);
    }
    return missing.length > 0 ? refuse(400, "cid_not_found", { missing_cids: missing }) : null;
  }

  #answer(script: Script | undefined): Fields {
    if (!script) return { action: "continue" };
    if (!("pause" in script)) return script;
    const id = randomUUID();
    const { pause, waits = 1, exprs = [] } = script as { pause: Fields; waits?: number; exprs?: string[] };
    // A pause with an empty end waits for release().
    const open = Object.keys(pause).length === 0;
    this.pauses.set(id, { action: open ? null : pause, waits, exprs: [...exprs] });
    return { action: "poll", poll_interval_ms: 5, poll_url: `/api/poll/${id}`, timeout_ms: 60_000 };
  }

  /** The values of a recorded payload. */
  data(item: { cid?: string | null; data?: string | null | undefined } | undefined | null): unknown {
    const text = item?.data ?? this.store.get(item?.cid ?? "");
    return text === undefined ? undefined : JSON.parse(text);
  }
}

function poll(pause: Pause): Answer {
  if (pause.exprs.length > 0 || pause.waits-- > 0 || !pause.action) return ok({ status: "waiting" });
  return ok({ status: "ready", action: pause.action });
}

function nextExpression(pause: Pause, id: string): Answer {
  const expr = pause.exprs.shift();
  if (expr === undefined) return ok({ eval_id: null });
  return ok({ eval_id: randomUUID(), session_id: "session", pause_id: id, expr });
}
