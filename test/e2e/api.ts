/** What the tests ask of a server over HTTP. */
import type { Health } from "../../src/protocol/health.ts";
import type { PausedCall } from "../../src/protocol/pauses.ts";
import { eventually } from "./place.ts";

export async function health(url: string): Promise<Health> {
  const response = await fetch(`${url}/api/health`, { keepalive: false });
  return (await response.json()) as Health;
}

export async function post(
  url: string,
  body: object,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

export async function paused(url: string): Promise<PausedCall[]> {
  const response = await fetch(`${url}/api/paused`);
  return ((await response.json()) as { paused: PausedCall[] }).paused;
}

/** Waits for a paused call of a function. */
export async function pausedCall(url: string, name: string): Promise<PausedCall> {
  const isIt = ({ call_data }: PausedCall) => call_data.method_name === name;
  return await eventually(async () => (await paused(url)).find(isIt), `a paused call of ${name}`);
}

export async function release(url: string, id: string, body: object = {}): Promise<void> {
  const answer = await post(`${url}/api/paused/${id}/continue`, body);
  if (answer.status !== 200) throw new Error(`not released: ${JSON.stringify(answer.body)}`);
}

/** A call by hand that pauses, as any client of the protocol makes it; answers where to poll. */
export async function pauseByHand(url: string, name: string): Promise<string> {
  await post(`${url}/api/breakpoints`, { function_name: name, behavior: "stop" });
  const { body } = await post(`${url}/api/call/start`, {
    method_name: name,
    args: [],
    kwargs: {},
    call_site: { timestamp: Date.now() / 1_000, stack_trace: [] },
    call_type: "proxy",
    preferred_format: "json",
    process_pid: process.pid,
    process_start_time: performance.timeOrigin / 1_000,
  });
  if (body.action !== "poll") throw new Error(`not paused: ${JSON.stringify(body)}`);
  return `${url}${String(body.poll_url)}`;
}
