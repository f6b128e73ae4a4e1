/** A debuggee written by hand from the contract's text: raw requests, nothing of the project's own client. */
import { createHash } from "node:crypto";

export type Fields = Record<string, unknown>;

export interface Answer {
  status: number;
  body: Fields;
  headers: Headers;
}

export interface Item {
  cid: string;
  data?: string;
  serialization_format?: string;
  client_ref?: number;
}

export const sha512 = (bytes: Uint8Array | string): string =>
  createHash("sha512").update(bytes).digest("hex");

/** An item as a browser sends it. */
export function jsonItem(value: unknown): Required<Omit<Item, "client_ref">> {
  const data = JSON.stringify(value);
  return { cid: sha512(data), data, serialization_format: "json" };
}

/** An item as the Python client sends it: it never names the format. */
export function dillItem(pickle: Uint8Array): { cid: string; data: string } {
  return { cid: sha512(pickle), data: Buffer.from(pickle).toString("base64") };
}

/** What the client sends when it believes that the server has the data. */
export const bare = (item: Item): Item => ({ cid: item.cid });

/** Pickles written byte by byte (https://docs.python.org/3/library/pickletools.html). */
export const pickle = {
  none: Buffer.from("\x80\x04N.", "latin1"),
  int: (value: number) => Buffer.from([0x80, 4, 0x4b, value, 0x2e]),
  str: (value: string) => {
    const text = Buffer.from(value, "utf8");
    return Buffer.concat([Buffer.from([0x80, 4, 0x8c, text.length]), text, Buffer.from(".")]);
  },
  /** `os.system(command)`, protocol 0. */
  system: (command: string) => Buffer.from(`cos\nsystem\n(S'${command}'\ntR.`, "latin1"),
};

let names = 0;

/** A function name that no other test uses. */
export const freshName = (stem = "fn"): string => `${stem}_${++names}`;

export class WireClient {
  readonly url: string;
  readonly identity: Fields;

  constructor(
    url: string,
    identity: Fields = { process_pid: process.pid, process_start_time: 1700000000.25 },
  ) {
    this.url = url;
    this.identity = identity;
  }

  async send(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Fields, headers: response.headers };
  }

  get = (path: string) => this.send("GET", path);
  post = (path: string, body: unknown) => this.send("POST", path, body);

  /** A whole `POST /api/call/start`; what `fields` sets to undefined is left out. */
  start(fields: Fields): Promise<Answer> {
    return this.post("/api/call/start", { ...this.callStart, ...fields });
  }

  get callStart(): Fields {
    return {
      method_name: "fn",
      args: [],
      kwargs: {},
      call_site: {
        timestamp: 1700000001.5,
        stack_trace: [{ filename: "/srv/app.py", lineno: 7, function: "main", code_context: "fn()" }],
      },
      ...this.identity,
    };
  }

  complete(callId: unknown, fields: Fields = {}): Promise<Answer> {
    return this.post("/api/call/complete", {
      call_id: callId,
      timestamp: 1700000002,
      status: "success",
      ...this.identity,
      ...fields,
    });
  }

  /** Breaks on a new name and starts a call of it, which pauses. */
  async paused(
    fields: Fields = {},
  ): Promise<{ name: string; pause: string; callId: string; pollUrl: string }> {
    const name = typeof fields.method_name === "string" ? fields.method_name : freshName();
    await this.post("/api/breakpoints", { function_name: name, behavior: "stop" });
    const { body } = await this.start({ ...fields, method_name: name });
    const pollUrl = String(body.poll_url);
    return { name, pause: pollUrl.replace("/api/poll/", ""), callId: String(body.call_id), pollUrl };
  }

  /** Releases a pause and gives the action its debuggee gets. */
  async released(call: { pause: string; pollUrl: string }, decision: Fields): Promise<Fields> {
    const answer = await this.resume(call.pause, decision);
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return (await this.get(call.pollUrl)).body.action as Fields;
  }

  resume(pause: string, decision: Fields = {}): Promise<Answer> {
    return this.post(`/api/paused/${pause}/continue`, decision);
  }

  async listPaused(): Promise<
    { id: string; paused_at: number; call_data: Fields; repl_sessions: string[] }[]
  > {
    return (await this.get("/api/paused")).body.paused as never;
  }

  async history(name: string): Promise<{ id: string; call_data: Fields; [field: string]: unknown }[]> {
    return (await this.get(`/api/breakpoints/${encodeURIComponent(name)}/history`)).body.history as never;
  }
}

/** Waits until something holds; fails with what was looked for. */
export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  limitMs = 10_000,
): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not within ${limitMs} ms: ${what}`);
    await Bun.sleep(5);
  }
}
