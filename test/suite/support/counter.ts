/** The other side of a `Desk`: plays the person at the server, and looks into what was kept. Serves pages their script. */

import type { PausedCall } from "../../../src/protocol/pauses.ts";
import type { CallDetail, CallPage } from "../../../src/protocol/records.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";
import type { KeptCall, Step } from "./desk.ts";

/** More calls than this are told by their line in the list. */
const MOST_DETAILS = 20;

export class Counter {
  readonly server: TestServer;
  readonly #steps = new Map<string, Step[]>();
  readonly #evaluations = new Map<string, unknown[]>();
  readonly #handled = new Set<string>();
  readonly #site: ReturnType<typeof Bun.serve>;
  /** What a page gets, by path. */
  readonly files = new Map<string, { type: string; text: string }>();
  #stopped = false;
  readonly #pump: Promise<void>;

  private constructor(server: TestServer) {
    this.server = server;
    this.#site = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: (request) => this.#fetch(request) });
    this.#pump = this.#work();
  }

  static async open(): Promise<Counter> {
    return new Counter(await startTestServer());
  }

  get url(): string {
    return `http://localhost:${this.#site.port}`;
  }

  async close(): Promise<void> {
    this.#stopped = true;
    await this.#pump;
    await this.#site.stop(true);
    await this.server.stop();
  }

  async #fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const file = this.files.get(pathname);
    if (file) return new Response(file.text, { headers: { "content-type": file.type } });
    try {
      const body = (await request.json()) as { name: string; count: number; steps: Step[]; when: string };
      if (pathname === "/pause") return Response.json(await this.#pause(body));
      if (pathname === "/calls") return Response.json(await this.#calls(body.name, body.count));
      if (pathname === "/evaluations") return Response.json(this.#evaluations.get(body.name) ?? []);
      return new Response("nothing here", { status: 404 });
    } catch (error) {
      return new Response(String(error), { status: 500 });
    }
  }

  async #api<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(this.server.url + path, {
      method,
      ...(body ? { body: JSON.stringify(body), headers: { "content-type": "application/json" } } : {}),
    });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** The breakpoint is known to the program when this answers. */
  async #pause({ name, steps, when }: { name: string; steps: Step[]; when: string }): Promise<object> {
    this.#steps.set(name, [...steps]);
    await this.#api("POST", "/api/breakpoints", {
      function_name: name,
      behavior: when === "before" ? "stop" : "go",
    });
    if (when === "after") {
      await this.#api("POST", `/api/breakpoints/${encodeURIComponent(name)}/after_behavior`, {
        behavior: "stop",
      });
    }
    return {};
  }

  async #calls(name: string, count: number): Promise<KeptCall[]> {
    for (let wait = 0; ; wait++) {
      const found: CallPage["calls"] = [];
      let cursor = "";
      do {
        const query = `q=${encodeURIComponent(`fn:${name}`)}&order=oldest&limit=1000${cursor}`;
        const page = await this.#api<CallPage>("GET", `/api/calls?${query}`);
        found.push(...page.calls.filter(({ status }) => status !== "running"));
        cursor = page.calls.length > 0 && page.next ? `&cursor=${page.next}` : "";
      } while (cursor !== "");
      if (found.length >= count || wait > 200) return await this.#kept(found);
      await Bun.sleep(25);
    }
  }

  async #kept(found: CallPage["calls"]): Promise<KeptCall[]> {
    if (found.length > MOST_DETAILS) {
      return found.map((call) => ({
        ...{ id: call.call_id, parent: call.parent_call_id, status: call.status, args: [call.args_text] },
        ...{ result: call.result_text, exception: null, site: [] },
      }));
    }
    const details = await Promise.all(
      found.map(({ number }) => this.#api<CallDetail>("GET", `/api/calls/${number}`)),
    );
    return details.map((call) => ({
      id: call.call_id,
      parent: call.parent_call_id,
      status: call.status,
      args: call.args.map(({ data }) => JSON.parse(data ?? "null")),
      result: call.result ? JSON.parse(call.result.data ?? "null") : null,
      exception: call.exception as KeptCall["exception"],
      site: call.stack_trace,
    }));
  }

  async #work(): Promise<void> {
    while (!this.#stopped) {
      const { paused } = await this.#api<{ paused: PausedCall[] }>("GET", "/api/paused");
      const fresh = paused.filter(({ id }) => !this.#handled.has(id));
      for (const pause of fresh) this.#handled.add(pause.id);
      for (const pause of fresh) void this.#handle(pause).catch((error) => this.#fail(pause, error));
      await Bun.sleep(10);
    }
  }

  /** Whoever plays the person made a mistake: the case learns of it, and goes on. */
  async #fail(pause: PausedCall, error: unknown): Promise<void> {
    await this.#api("POST", `/api/paused/${pause.id}/continue`, {
      ...{ action: "raise", exception_type: "Error", exception_message: String(error) },
    }).catch(() => {});
  }

  async #handle(pause: PausedCall): Promise<void> {
    const name = pause.call_data.method_name;
    const step = this.#steps.get(name)?.shift();
    if (!step) throw new Error(`${name} is paused, and nobody said what to do`);
    if (step.afterMs) await Bun.sleep(step.afterMs);
    for (const expr of step.evaluate ?? []) {
      const { session_id } = await this.#api<{ session_id: string }>("POST", "/api/repl/start", {
        pause_id: pause.id,
      });
      const outcome = await this.#api<object>("POST", `/api/repl/${session_id}/eval`, { expr });
      this.#evaluations.set(name, [...(this.#evaluations.get(name) ?? []), outcome]);
    }
    const { modified_args } = step.release as { modified_args?: unknown[] };
    const args = modified_args?.map((value) => kept(value, pause));
    await this.#api("POST", `/api/paused/${pause.id}/continue`, {
      ...step.release,
      ...(args ? { modified_args: args } : {}),
    });
  }
}

/** `keep:1` is the call's own second argument. */
function kept(value: unknown, pause: PausedCall): unknown {
  const place = typeof value === "string" ? /^keep:(\d+)$/.exec(value)?.[1] : undefined;
  return place === undefined ? value : { cid: pause.call_data.args[Number(place)]?.cid };
}
