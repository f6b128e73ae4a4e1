/** `cideldill flow` */
import type { FlowRequest, FlowResponse } from "../protocol/flow.ts";
import { nearest } from "../server/nearest.ts";
import { defineCommand } from "./command.ts";
import { UsageError } from "./errors.ts";
import type { Output } from "./io.ts";
import { jsonLine, printable } from "./printable.ts";
import { PRINTING_OPTIONS, serverApi } from "./server-api.ts";

const VERBS = ["show", "pause-all", "pause-next", "mute", "unmute", "guard"] as const;
type Verb = (typeof VERBS)[number];

export const command = defineCommand(
  {
    name: "flow",
    summary: "Pause everything or the next call; mute, so that everything runs",
    description:
      "Without a word it shows what holds, and the calls that rules hold back. pause-all pauses every call, pause-next the next one (of a PROCESS: its key or pid), until it is told off. mute lets everything run and keeps all breakpoints; unmute ends that. guard N sets how many calls of one breakpoint may pause in a second before the rest runs free; 0 is no limit.",
    argument: "VERB",
    usages: [
      "",
      "pause-all [off]",
      "pause-next [PROCESS | off]",
      "mute [PROCESS] | unmute [PROCESS]",
      "guard N",
    ],
    mostArguments: 2,
    options: PRINTING_OPTIONS,
    examples: [
      ["cideldill flow pause-next", "stop at whatever is called next"],
      ["cideldill flow mute 4411", "let one program run free"],
      ["cideldill flow unmute", "breakpoints hold again"],
    ],
  },
  async (values, { out }, word = "show", words) => {
    if (!isVerb(word)) throw unknownVerb(word);
    const request = requestOf(word, words[1]);
    const api = await serverApi(values);
    const flow = request
      ? await api.post<FlowResponse>("/api/flow", request)
      : await api.get<FlowResponse>("/api/flow");
    if (values.json) out.line(jsonLine(flow));
    else for (const line of flowLines(flow, out, Date.now() / 1_000)) out.line(line);
    return 0;
  },
);

const isVerb = (word: string): word is Verb => (VERBS as readonly string[]).includes(word);

function unknownVerb(word: string): UsageError {
  const best = VERBS.find((verb) => word !== "" && verb.startsWith(word)) ?? nearest(word, VERBS);
  return new UsageError(
    `"flow" does not know "${printable(word)}"; ${best === undefined ? `give ${VERBS.join(", ")}` : `did you mean ${best}?`}`,
  );
}

/** Null only looks. */
function requestOf(verb: Verb, argument: string | undefined): FlowRequest | null {
  switch (verb) {
    case "show":
      if (argument !== undefined) throw new UsageError('"flow show" takes nothing else');
      return null;
    case "pause-all":
      if (argument !== undefined && argument !== "off")
        throw new UsageError('"flow pause-all" takes nothing but off');
      return { pause_all: argument === undefined };
    case "pause-next":
      return { pause_next: argument === "off" ? false : (argument ?? true) };
    case "mute":
      return argument === undefined ? { mute: true } : { mute_process: argument };
    case "unmute":
      return argument === undefined ? { mute: false } : { unmute_process: argument };
    case "guard":
      if (argument === undefined || !/^\d{1,7}$/.test(argument) || Number(argument) > 1_000_000)
        throw new UsageError('"flow guard" takes a whole number from 0 to 1000000');
      return { max_pauses_per_second: Number(argument) };
  }
}

export function flowLines(flow: FlowResponse, { style }: Output, now: number): string[] {
  const lines: string[] = [];
  if (flow.muted) lines.push(`${style.alert} Muted: everything runs, breakpoints are kept.`);
  for (const process of flow.muted_processes)
    lines.push(`${style.alert} Process ${printable(process)} is muted.`);
  if (flow.pause_all) lines.push(`${style.paused} Every call pauses.`);
  if (flow.pause_next) lines.push(`${style.paused} The next call pauses.`);
  for (const process of flow.pause_next_of)
    lines.push(`${style.paused} The next call of process ${printable(process)} pauses.`);
  if (lines.length === 0) lines.push("Breakpoints and rules hold, and nothing else.");
  lines.push(
    flow.max_pauses_per_second === 0
      ? "No flood guard: every call of a breakpoint may pause."
      : `Flood guard: at most ${flow.max_pauses_per_second} pauses a second of one breakpoint.`,
  );
  for (const { function_name, rule, until, pause_id } of flow.delayed)
    lines.push(
      printable(
        `Delayed: ${function_name} for ${Math.max(0, until - now).toFixed(1)} s more, by rule ${rule ?? "?"} (${pause_id})`,
      ),
    );
  if (flow.delayed_count > flow.delayed.length)
    lines.push(`and ${flow.delayed_count - flow.delayed.length} more delayed calls`);
  return lines;
}
