/**
 * HTTP in Bun and Node. `node:http` with an agent of our own, not `fetch`: it never takes a proxy from the environment
 * (Bun's fetch sends even requests to localhost there), follows no redirect, has no time-out of its own that would cut
 * a long pause, and costs half of what Node's fetch does.
 */
import { Agent, type ClientRequest, type IncomingMessage, request as openHttp } from "node:http";
import { request as openHttps, Agent as TlsAgent } from "node:https";
import type { WireRequest, WireResponse } from "../core/effects.ts";
import { DebugProtocolError, DebugServerError, DebugTimeoutError } from "../errors.ts";
import { clearTimeout, setTimeout, wallClock } from "../time.ts";

/** Idle connections do not keep the process alive. A local TLS proxy may stand before the server. */
const POOL = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY };
const http = { open: openHttp, agent: new Agent(POOL) };
const https = { open: openHttps, agent: new TlsAgent(POOL) };

/** Longest answer that is read, in bytes: as much as the server itself accepts. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024;

/** Sends one request; rejects with a `DebugError`. */
export async function sendHttp(serverUrl: string, request: WireRequest): Promise<WireResponse> {
  const alarm = startAlarm(request);
  try {
    return await attempt(serverUrl, request);
  } finally {
    alarm.stop();
  }
}

function attempt(serverUrl: string, request: WireRequest): Promise<WireResponse> {
  return new Promise((resolve, reject) => {
    const body = request.body === undefined ? undefined : Buffer.from(request.body);
    const headers: Record<string, string | number> = { accept: "application/json" };
    if (body) {
      headers["content-type"] = "application/json";
      headers["content-length"] = body.length;
    }
    let sent: ClientRequest | undefined;
    const timer = setTimeout(() => {
      reject(
        new DebugTimeoutError(`${serverUrl}${request.path} gave no answer for ${request.timeoutMs} ms.`),
      );
      sent?.destroy();
    }, request.timeoutMs);
    const fail = (error: unknown) => {
      clearTimeout(timer);
      reject(unreachable(serverUrl, error));
    };
    try {
      const url = new URL(request.path, serverUrl);
      const { open, agent } = url.protocol === "https:" ? https : http;
      sent = open(url, { method: request.method, headers, agent }, (answer) => {
        readAll(answer).then((response) => {
          clearTimeout(timer);
          resolve(response);
        }, fail);
      });
      sent.on("error", fail);
      sent.end(body);
    } catch (error) {
      fail(error);
    }
  });
}

function readAll(answer: IncomingMessage): Promise<WireResponse> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    answer.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= MAX_ANSWER_BYTES) chunks.push(chunk);
      else answer.destroy(new DebugProtocolError("The server's answer does not end."));
    });
    answer.on("end", () =>
      resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") }),
    );
    answer.on("error", reject);
    answer.on("aborted", () => reject(new Error("the connection was closed in the middle of an answer")));
  });
}

function unreachable(serverUrl: string, error: unknown): Error {
  if (error instanceof DebugProtocolError) return error;
  const code = codeOf(error);
  const message = error instanceof Error && error.message !== "" ? error.message : String(error);
  const reason = code === "ECONNREFUSED" ? "nothing is listening there" : message;
  return new DebugServerError(`No answer from ${serverUrl}: ${reason}.`, { cause: error });
}

const codeOf = (error: unknown): unknown =>
  typeof error === "object" && error !== null && "code" in error ? error.code : undefined;

/** Rings the request's alarm for as long as the request is under way. */
function startAlarm({ alarm }: WireRequest): { stop(): void } {
  if (!alarm) return { stop() {} };
  let timer: ReturnType<typeof setTimeout>;
  const set = (at: number) => {
    timer = setTimeout(() => set(alarm.ring()), Math.max(0, at - wallClock()));
  };
  set(alarm.at);
  return { stop: () => clearTimeout(timer) };
}
