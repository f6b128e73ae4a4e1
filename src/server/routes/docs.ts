/** How a route describes itself in OpenAPI, said once. */
import { ErrorBody } from "../../protocol/errors.ts";

export const TAGS = {
  debuggee: "Debuggee",
  breakpoints: "Breakpoints",
  rules: "Rules",
  flow: "Flow",
  pauses: "Paused calls",
  calls: "Calls",
  repl: "REPL",
  agents: "Agents",
  record: "Record",
  server: "Server",
} as const;

export const detail = (tag: keyof typeof TAGS, summary: string, description?: string) => ({
  detail: { tags: [TAGS[tag]], summary, ...(description ? { description } : {}) },
});

/** The answers a route documents: its result, and the one shape of every refusal. */
export function answers<const T, const S extends number>(result: T, ...refusals: S[]) {
  const documented = Object.fromEntries(refusals.map((status) => [status, ErrorBody]));
  return { 200: result, ...documented } as { 200: T } & Record<S, typeof ErrorBody>;
}
