/** A program under debugging, written by hand from the protocol page: it imports nothing of ours. */
import { createHash } from "node:crypto";

export interface Item {
  cid: string;
  data?: string;
  serialization_format?: string;
}

export interface Decision {
  action: string;
  modified_args?: Item[];
  modified_kwargs?: Record<string, Item>;
  fake_result_data?: string;
  exception_type?: string;
  exception_message?: string;
}

export interface Frame {
  filename: string;
  lineno: number;
  function: string;
  code_context?: string;
}

export interface CallOptions {
  kwargs?: Record<string, unknown>;
  stack?: Frame[];
  pageUrl?: string;
  /** The call it is made in. */
  parent?: string;
}

const STACK: Frame[] = [
  { filename: "/srv/agent/main.ts", lineno: 12, function: "main" },
  {
    filename: "/srv/agent/agent.ts",
    lineno: 88,
    function: "handleTicket",
    code_context: "await tools.issueRefund(request)",
  },
];

export class Debuggee {
  constructor(readonly url: string) {}

  register(name: string): Promise<unknown> {
    return this.#post("/api/functions", { function_name: name });
  }

  breakAt(name: string): Promise<unknown> {
    return this.#post("/api/breakpoints", { function_name: name });
  }

  /** What a breakpoint does before or after the call. */
  setBehavior(name: string, which: "behavior" | "after_behavior", behavior: string): Promise<unknown> {
    return this.#post(`/api/breakpoints/${encodeURIComponent(name)}/${which}`, { behavior });
  }

  /** Starts a call and waits in the background, as a paused program does. */
  async call(name: string, args: unknown[] = [], options: CallOptions = {}): Promise<PausedProgram> {
    const items = args.map(jsonItem);
    const kwargs = Object.fromEntries(
      Object.entries(options.kwargs ?? {}).map(([key, value]) => [key, jsonItem(value)]),
    );
    const started = (await this.#post("/api/call/start", {
      method_name: name,
      args: items,
      kwargs,
      call_site: { timestamp: Date.now() / 1000, stack_trace: options.stack ?? STACK },
      preferred_format: "json",
      process_pid: options.pageUrl === undefined ? process.pid : 0,
      process_start_time: 1_763_800_000.5,
      ...(options.pageUrl === undefined ? {} : { page_url: options.pageUrl }),
      ...(options.parent === undefined ? {} : { parent_call_id: options.parent }),
    })) as { call_id: string; action: string; poll_url?: string };
    const decision = started.poll_url
      ? this.#wait(started.poll_url)
      : Promise.resolve({ action: started.action });
    decision.catch(() => {});
    return { callId: started.call_id, args: items, kwargs, decision };
  }

  /** Reports that a call ended; it may pause again there. */
  async complete(
    callId: string,
    outcome: { result: unknown } | { type: string; message: string },
  ): Promise<PausedProgram> {
    const isError = "type" in outcome;
    const item = jsonItem(isError ? null : outcome.result);
    const answer = (await this.#post("/api/call/complete", {
      call_id: callId,
      status: isError ? "exception" : "success",
      ...(isError
        ? { exception_type: outcome.type, exception_message: outcome.message }
        : { result_cid: item.cid, result_data: item.data, result_serialization_format: "json" }),
    })) as { poll_url?: string; action?: string };
    const decision = answer.poll_url ? this.#wait(answer.poll_url) : Promise.resolve({ action: "ok" });
    decision.catch(() => {});
    return { callId, args: [], kwargs: {}, decision };
  }

  /** Releases the oldest pause, as a script or another person would. */
  async releaseFirst(): Promise<void> {
    const { paused } = (await (await fetch(`${this.url}/api/paused`)).json()) as { paused: { id: string }[] };
    await this.#post(`/api/paused/${paused[0]?.id}/continue`, {});
  }

  async #wait(pollUrl: string): Promise<Decision> {
    for (;;) {
      const answer = (await (await fetch(this.url + pollUrl)).json()) as {
        status: string;
        action?: Decision;
      };
      if (answer.status === "ready" && answer.action) return answer.action;
      if (answer.status !== "waiting") throw new Error(JSON.stringify(answer));
    }
  }

  async #post(path: string, body: unknown): Promise<unknown> {
    const response = await fetch(this.url + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }
}

export interface PausedProgram {
  callId: string;
  /** The items as they were sent. */
  args: Item[];
  kwargs: Record<string, Item>;
  /** What the server tells the program to do. */
  decision: Promise<Decision>;
}

export function jsonItem(value: unknown): Required<Item> {
  const data = JSON.stringify(value);
  return { cid: createHash("sha512").update(data).digest("hex"), data, serialization_format: "json" };
}

/** The value of an item that came with its data. */
export const itemValue = (item: Item | undefined): unknown => JSON.parse(item?.data ?? "null");
