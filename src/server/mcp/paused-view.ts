/** A paused call as an agent reads it: what was called with what, from where, and what can be done about it. */
import { type Static, Type } from "@sinclair/typebox";
import type { PausedCall } from "../../protocol/pauses.ts";
import type { Holder } from "../../protocol/proposals.ts";
import { bounded, type Cut } from "../bounded.ts";

export const CutList = Type.Array(Type.Object({ at: Type.String(), was: Type.String() }), {
  description:
    "What was left out to keep this short. breakpoint_inspect_object shows any of it, by cid and path",
});

const ValueView = Type.Object({
  at: Type.String({ description: "args[0], kwargs.name, target, result" }),
  name: Type.Optional(Type.String({ description: "The parameter's name, where it is known" })),
  cid: Type.Optional(Type.String({ description: "For breakpoint_inspect_object" })),
  value: Type.Unknown(),
});
type ValueView = Static<typeof ValueView>;

export const PausedView = Type.Object({
  pause_id: Type.String(),
  call_id: Type.String(),
  function_name: Type.String(),
  when: Type.String({ description: "before the call runs, or after it" }),
  reason: Type.String(),
  waiting_s: Type.Number(),
  process: Type.String(),
  called_from: Type.String(),
  signature: Type.Union([Type.String(), Type.Number(), Type.Null()]),
  values: Type.Array(ValueView, { description: "Arguments, target, and after the call what came of it" }),
  exception: Type.Optional(Type.Unknown()),
  accepts: Type.Array(Type.String(), { description: "Actions for breakpoint_continue" }),
  holder: Type.Union([Type.String(), Type.Null()], { description: "Who works at it" }),
  rule: Type.Union([Type.String(), Type.Null()], { description: "Id of the rule that paused it" }),
  cut: CutList,
});
export type PausedView = Static<typeof PausedView>;

/** @param now Unix seconds. */
export function pausedView(
  { id, paused_at, call_data: call }: PausedCall,
  options: { chars: number; now: number; holder?: Holder | undefined },
): PausedView {
  const names = parameterNames(call.signature);
  const values: ValueView[] = [];
  const cut: Cut[] = [];
  const size = call.args.length + Object.keys(call.kwargs).length + (call.target ? 1 : 0) + 1;
  const add = (at: string, cid: string | undefined, value: unknown, name?: string) => {
    const shown = bounded(value, { chars: Math.max(100, options.chars / Math.min(size, 6)) });
    values.push({ at, ...(name ? { name } : {}), ...(cid ? { cid } : {}), value: shown.value });
    cut.push(...shown.cut.map((one) => ({ ...one, at: joined(at, one.at) })));
  };
  for (const [index, item] of call.args.entries())
    add(`args[${index}]`, item.cid, call.pretty_args[index], names[index]);
  for (const [name, item] of Object.entries(call.kwargs))
    add(`kwargs.${name}`, item.cid, call.pretty_kwargs[name]);
  if (call.target) add("target", call.target.cid, call.pretty_target);
  if (call.pretty_result !== undefined) add("result", undefined, call.pretty_result);
  for (const { index, item, pretty } of call.mutated ?? []) add(`args[${index}] now`, item.cid, pretty);
  return {
    pause_id: id,
    call_id: call.call_id,
    function_name: call.method_name,
    when: call.pause_when,
    reason: call.pause_cause ?? call.pause_reason,
    waiting_s: Math.max(0, Math.round((options.now - paused_at) * 10) / 10),
    process: call.process_pid === 0 ? (call.page_url ?? "a page") : `pid ${call.process_pid}`,
    called_from: calledFrom(call),
    signature: call.signature,
    values,
    ...(call.exception === undefined ? {} : { exception: bounded(call.exception, { chars: 2_000 }).value }),
    accepts: call.accepts,
    holder: holderText(options.holder),
    rule: call.rule ?? null,
    cut,
  };
}

const joined = (at: string, below: string): string =>
  below === "the value itself" ? at : `${at}${below.startsWith("[") ? "" : "."}${below}`;

export const holderText = (holder: Holder | undefined): string | null =>
  holder ? `${holder.kind}${holder.name ? ` ${holder.name}` : ""}` : null;

function calledFrom({ call_site }: PausedCall["call_data"]): string {
  const frame = call_site.stack_trace?.at(-1);
  if (!frame) return "unknown";
  return `${frame.filename ?? "?"}:${frame.lineno ?? "?"}${frame.function ? ` in ${frame.function}` : ""}`;
}

/** The names of a signature's parameters: `(amount, currency = "EUR")`, `(x: int, *, y: str) -> int`. */
function parameterNames(signature: string | number | null): string[] {
  if (typeof signature !== "string") return [];
  const inner = /^\((.*?)\)(?:\s*->.*)?$/s.exec(signature)?.[1] ?? "";
  if (/[{[(]/.test(inner)) return [];
  return inner
    .split(",")
    .map((part) => /^[\s.*]*([\p{ID_Start}$_][\p{ID_Continue}$]*)/u.exec(part)?.[1] ?? "");
}
