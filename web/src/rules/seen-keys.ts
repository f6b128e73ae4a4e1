/** What the arguments of a function looked like in recorded calls: for the completion of conditions. */
import { useMemo } from "preact/compat";
import type { CallDetail, CallPage } from "../../../src/protocol/records.ts";
import { request } from "../api.ts";
import { useRemote } from "../components/use-remote.ts";
import { eachMember, isList, isObject, readKey, rootSpan, type Span } from "../values/json-span.ts";
import { tagFieldsAt } from "../values/tag-fields.ts";
import type { SeenKeys } from "./condition-field.tsx";

const DEEPEST = 4;
const MOST_KEYS = 200;
/** The first elements of a list tell for the rest. */
const FIRST = 2;

/** Keys by what stands before the dot: `args[0]` has `amount`. */
export function useSeenKeys(name: string): SeenKeys {
  const { data } = useRemote(name === "" || /[*?^$]/.test(name) ? null : name, (signal) =>
    newestOf(name, signal),
  );
  return useMemo(() => (data ? keysOf(data) : new Map()), [data]);
}

async function newestOf(name: string, signal: AbortSignal): Promise<CallDetail | null> {
  const q = new URLSearchParams({ q: `fn:${JSON.stringify(name)}`, limit: "1" });
  const { calls } = await request<CallPage>("GET", `/api/calls?${q}`, undefined, signal);
  const [call] = calls;
  return call ? request<CallDetail>("GET", `/api/calls/${call.number}`, undefined, signal) : null;
}

export function keysOf(call: Pick<CallDetail, "args" | "kwargs" | "result">): SeenKeys {
  const seen = new Map<string, string[]>();
  for (const [at, value] of call.args.entries())
    read(seen, `args[${at}]`, value.serialization_format, value.data);
  for (const [name, value] of Object.entries(call.kwargs)) {
    add(seen, "kwargs", name);
    read(seen, `kwargs.${name}`, value.serialization_format, value.data);
  }
  if (call.result) read(seen, "result", call.result.serialization_format, call.result.data);
  return seen;
}

function read(seen: Map<string, string[]>, path: string, format: string, data: string | null): void {
  if (format === "json" && data !== null) walk(seen, path, data, rootSpan(data), 0);
}

function walk(seen: Map<string, string[]>, path: string, text: string, span: Span, depth: number): void {
  if (depth > DEEPEST || seen.size > MOST_KEYS) return;
  const fields = isObject(text, span) ? tagFieldsAt(text, span) : null;
  const body = fields ? (fields.span("properties") ?? null) : span;
  if (!body) return;
  let index = 0;
  for (const member of eachMember(text, body)) {
    if (isList(text, body)) {
      if (index >= FIRST) return;
      walk(seen, `${path}[${index}]`, text, member.value, depth + 1);
    } else if (isObject(text, body)) {
      const key = readKey(text, member);
      if (!/^[A-Za-z_]\w*$/.test(key)) continue;
      add(seen, path, key);
      walk(seen, `${path}.${key}`, text, member.value, depth + 1);
    }
    index += 1;
  }
}

function add(seen: Map<string, string[]>, path: string, key: string): void {
  const keys = seen.get(path) ?? [];
  if (!keys.includes(key)) keys.push(key);
  seen.set(path, keys);
}
