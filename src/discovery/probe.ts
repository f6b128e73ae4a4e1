/** Asks whoever listens on a port who it is: a port number proves nothing. */

import { SERVICE_NAME } from "../protocol/constants.ts";
import type { Health } from "../protocol/health.ts";
import { foreignListener } from "./listener-owner.ts";
import { portOf } from "./loopback-url.ts";

/** A health answer is some 200 bytes; a stranger may send for ever. */
const MAX_BODY_BYTES = 64 * 1024;

/** Default patience in ms: far above what a local server takes, unless the machine is very busy. */
export const DEFAULT_TIMEOUT_MS = 1500;

/** The part of `fetch` that a probe uses. */
export type FetchLike = (url: string, init: RequestInit) => Promise<Response>;

export interface ProbeOptions {
  /** For the whole answer, in ms; default 1500. */
  timeoutMs?: number | undefined;
  /** The instance id it must have. */
  expectInstance?: string | undefined;
  /** Ends it at once, as its time-out would. */
  signal?: AbortSignal | undefined;
  /** Default: the global `fetch`. */
  fetch?: FetchLike | undefined;
}

/** Who answered. `detail` says it in words, as in "answers 200 text/html". */
export type ProbeResult =
  | { outcome: "ok"; health: Health; detail: string }
  /** Nothing listens there. */
  | { outcome: "refused"; detail: string }
  /** Something listens and does not answer in time. */
  | { outcome: "timeout"; detail: string }
  /** Something answers that is not CID el Dill. */
  | { outcome: "stranger"; detail: string }
  /** A CID el Dill server, but not the one asked for. */
  | { outcome: "wrong-instance"; health: Health; detail: string };

function parseHealth(value: unknown): Health | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const fields: Partial<Record<string, unknown>> = { ...value };
  const { service, version, protocol_version, instance_id, pid, started_at } = fields;
  if (service !== SERVICE_NAME || typeof version !== "string") return undefined;
  if (typeof protocol_version !== "number" || typeof pid !== "number" || typeof started_at !== "number")
    return undefined;
  if (typeof instance_id !== "string" || instance_id === "") return undefined;
  return { service, version, protocol_version, instance_id, pid, started_at };
}

/** At most `MAX_BODY_BYTES` of the answer; undefined when there is more. */
async function readBody(response: Response): Promise<string | undefined> {
  const reader = response.body?.getReader();
  if (reader === undefined) return "";
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return new TextDecoder().decode(Buffer.concat(chunks));
      length += value.byteLength;
      if (length > MAX_BODY_BYTES) return undefined;
      chunks.push(value);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** Short and free of control characters: what a stranger says goes to somebody's terminal. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, "?").slice(0, 60);
}

/** A stranger's answer in a few words. */
function describeAnswer(response: Response): string {
  const type = response.headers.get("content-type")?.split(";")[0] ?? "";
  const readable = printable(type);
  return `answers ${response.status}${readable === "" ? "" : ` ${readable}`}`;
}

/** Codes in an error, its causes and the parts of an aggregate: Bun and Node nest them differently. */
function errorCodes(error: unknown, depth = 0): string[] {
  if (typeof error !== "object" || error === null || depth > 4) return [];
  const codes = "code" in error && typeof error.code === "string" ? [error.code] : [];
  const parts = "errors" in error && Array.isArray(error.errors) ? error.errors : [];
  const cause = "cause" in error ? [error.cause] : [];
  return [...codes, ...[...parts, ...cause].flatMap((part: unknown) => errorCodes(part, depth + 1))];
}

const REFUSED =
  /^(ECONNREFUSED|ConnectionRefused|ENOTFOUND|EAI_AGAIN|EADDRNOTAVAIL|EHOSTUNREACH|ENETUNREACH|FailedToOpenSocket)$/;

/** What a failed request tells about the other end. */
function describeFailure(error: unknown, timedOut: boolean, timeoutMs: number): ProbeResult {
  if (timedOut) return { outcome: "timeout", detail: `no answer within ${timeoutMs} ms` };
  const codes = errorCodes(error);
  if (codes.some((code) => REFUSED.test(code))) return { outcome: "refused", detail: "nothing is listening" };
  const reason = codes[0] ?? (error instanceof Error ? error.message : String(error));
  return { outcome: "stranger", detail: `does not answer as an HTTP server should (${printable(reason)})` };
}

/**
 * Asks `<url>/api/health` who is there. Sends nothing but that request: no token, no cookie, no payload. Never goes
 * through a proxy and follows no redirect, so the answer is from that very port.
 *
 * @param url Scheme, host and port, as `resolveServerUrl` returns it.
 * @returns See {@link ProbeResult}; never throws.
 * @example
 * const result = await probeServer("http://localhost:5174");
 * if (result.outcome === "ok") console.log(result.health.instance_id);
 */
export async function probeServer(url: string, options: ProbeOptions = {}): Promise<ProbeResult> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, expectInstance } = options;
  const ask: FetchLike = options.fetch ?? fetch;
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), timeoutMs);
  const end = () => stop.abort();
  options.signal?.addEventListener("abort", end);
  // Bun sends even requests to localhost to HTTP_PROXY unless told not to; Node ignores the field.
  const direct: object = { proxy: false };
  try {
    const response = await ask(`${url.replace(/\/+$/, "")}/api/health`, {
      ...direct,
      headers: { accept: "application/json" },
      redirect: "manual",
      credentials: "omit",
      // A pooled connection would outlive the question, and might belong to an earlier listener of that port.
      keepalive: false,
      signal: stop.signal,
    });
    const answer = describeAnswer(response);
    const body = await readBody(response);
    if (body === undefined) return { outcome: "stranger", detail: `${answer} without end` };
    const health = response.status === 200 ? parseHealth(parseJson(body)) : undefined;
    if (health === undefined) return { outcome: "stranger", detail: `${answer}, which is not CID el Dill` };
    if (expectInstance !== undefined && health.instance_id !== expectInstance) {
      return { outcome: "wrong-instance", health, detail: "another CID el Dill server answers" };
    }
    const foreign = foreignListener(portOf(url));
    if (foreign !== undefined) {
      const detail = `a CID el Dill server of another user (uid ${foreign}), who could run code in this program`;
      return { outcome: "stranger", detail };
    }
    return { outcome: "ok", health, detail: `CID el Dill ${health.version}` };
  } catch (error) {
    return describeFailure(error, stop.signal.aborted, timeoutMs);
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", end);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
