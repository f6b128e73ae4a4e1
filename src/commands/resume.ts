/** `cideldill resume` */
import type { ContinueRequest } from "../protocol/actions.ts";
import type { FlowChanged } from "../protocol/flow.ts";
import type { PausedCall } from "../protocol/pauses.ts";
import { changesText } from "../protocol/words.ts";
import { valueText } from "../server/values/index.ts";
import { arrowOf } from "./call-lines.ts";
import { defineCommand } from "./command.ts";
import { CliError, UsageError } from "./errors.ts";
import { fateOf } from "./fate.ts";
import { assignmentsOf, jsonOf, placed } from "./given-values.ts";
import type { Output } from "./io.ts";
import type { Values } from "./options.ts";
import { find, pausedCalls } from "./paused.ts";
import { callText } from "./paused-view.ts";
import { jsonLine, printable } from "./printable.ts";
import { PRINTING_OPTIONS, serverApi } from "./server-api.ts";

const OPTIONS = {
  all: { kind: "flag", help: "All that is paused or delayed" },
  function: { kind: "text", value: "NAME", help: "All calls of this function" },
  process: { kind: "text", value: "KEY", help: "All calls of this process" },
  set: {
    kind: "list",
    value: "NAME=JSON",
    help: "Run it with this argument, by place (0) or name. May be repeated",
  },
  return: { kind: "text", value: "JSON", help: "Do not run it, answer this; after it: answer this instead" },
  throw: { kind: "text", value: "MESSAGE", help: "Throw this" },
  type: { kind: "text", value: "NAME", help: "Type of what --throw throws, such as ValueError or TypeError" },
  replace: { kind: "text", value: "FUNCTION", help: "Run this function instead" },
  pauseAfter: { kind: "flag", help: "Pause it again when it has ended" },
  again: { kind: "flag", help: "After the call: run it once more, with --set with other arguments" },
  step: { kind: "flag", help: "And pause the next call of the same process" },
  ...PRINTING_OPTIONS,
} as const;

type Options = Values<typeof OPTIONS>;

export const command = defineCommand(
  {
    name: "resume",
    summary: "Let a paused call go on, as it is or changed; or all of them",
    argument: "ID",
    usages: ["ID... [OPTIONS]", "--all | --function NAME | --process KEY"],
    mostArguments: 1_000,
    options: OPTIONS,
    examples: [
      ["cideldill resume 3f2a", "the beginning of an id will do"],
      ["cideldill resume 3f2a --set amount=5", "with another argument"],
      ["cideldill resume 3f2a --return '{\"ok\":true}'", "without running it"],
      ["cideldill resume 3f2a --throw 'card declined' --type ValueError", "as if it had failed"],
      ["cideldill resume 3f2a --step", "and stop at what this process calls next"],
      ["cideldill resume --all", "everything goes on"],
    ],
  },
  async (options, { out }, _, ids) => {
    refuseStray(options, ids);
    const api = await serverApi(options);
    if (ids.length === 0) {
      const { function: name, process } = options;
      const done = await api.post<FlowChanged>("/api/flow", {
        resume_all: {
          ...(name === undefined ? {} : { function: name }),
          ...(process === undefined ? {} : { process }),
        },
        ...(options.step ? { step: true } : {}),
      });
      if (options.json) out.line(jsonLine({ resumed: done.resumed }));
      else
        out.line(done.resumed.length === 0 ? "Nothing was paused there." : `Resumed ${done.resumed.length}.`);
      return 0;
    }
    const paused = await pausedCalls(api);
    // Ids of delayed calls are not among those that wait for somebody.
    const calls = ids.map((id) => find(paused, id));
    for (const call of calls) {
      const decision = decisionOf(options, call);
      await api.post(`/api/paused/${encodeURIComponent(call.id)}/continue`, decision);
      if (options.json) out.line(jsonLine({ resumed: call.id, call_id: call.call_data.call_id }));
      else out.line(`Resumed ${printable(callText(call.call_data) + givenText(decision, call, out))}`);
    }
    return 0;
  },
);

const hasAction = (options: Options): boolean =>
  fateOf(options) !== undefined || options.pauseAfter || options.again;

function refuseStray(options: Options, ids: readonly string[]): void {
  const many = options.all || options.function !== undefined || options.process !== undefined;
  if (many && ids.length > 0)
    throw new UsageError("An ID and --all, --function or --process exclude each other");
  if (options.all && (options.function !== undefined || options.process !== undefined))
    throw new UsageError(
      "--all and --function or --process exclude each other: the one is all, the others are some",
    );
  if (!many && ids.length === 0)
    throw new UsageError("Say which: an ID of cideldill paused, --all or --function NAME");
  if ((many || ids.length > 1) && hasAction(options))
    throw new UsageError("A changed call is resumed by its one ID");
  const fate = fateOf(options);
  if (options.again && (fate ?? "set") !== "set")
    throw new UsageError(`--again and --${fate} exclude each other`);
  if (options.pauseAfter && (fate === "return" || fate === "throw"))
    throw new UsageError(`--pause-after and --${fate} exclude each other: the function does not run`);
}

/** The API's word for each. */
const ACTIONS = { set: "modify", return: "skip", throw: "raise", replace: "replace" } as const;

/** What the call's client cannot do is refused here, in words of the options. */
function decisionOf(options: Options, { call_data: call }: PausedCall): ContinueRequest {
  const beside: ContinueRequest = {
    ...(options.step ? { step: true } : {}),
    ...(options.pauseAfter ? { pause_after: true } : {}),
  };
  const fate = fateOf(options);
  const needed = options.again ? "call_again" : fate === undefined ? "continue" : ACTIONS[fate];
  if (!call.accepts.includes(needed)) throw cannot(needed, call);
  if (options.pauseAfter && !call.accepts_pause_after)
    throw new CliError(
      `--pause-after is not possible here: ${call.pause_when === "after" ? "the call has already run" : "its client cannot"}. It is still paused`,
    );
  return { action: needed, ...beside, ...contentOf(options, call) };
}

function contentOf(options: Options, call: PausedCall["call_data"]): ContinueRequest {
  if (options.set.length > 0) {
    const names = Object.keys(call.kwargs);
    const { args, kwargs } = placed(assignmentsOf(options.set), {
      signature: call.signature,
      count: call.args.length,
      kwargs: names,
    });
    const kept = Object.fromEntries(Object.entries(call.kwargs).map(([name, { cid }]) => [name, { cid }]));
    return {
      modified_args: call.args.map(({ cid }, place) => (args.has(place) ? args.get(place) : { cid })),
      ...(names.length === 0 ? {} : { modified_kwargs: { ...kept, ...Object.fromEntries(kwargs) } }),
    };
  }
  if (options.return !== undefined) return { fake_result: jsonOf("--return", options.return) };
  if (options.throw !== undefined)
    return {
      exception_message: options.throw,
      ...(options.type === undefined ? {} : { exception_type: options.type }),
    };
  return options.replace === undefined ? {} : { replacement_function: options.replace };
}

/** The arguments it runs with, where they are not those that are shown. */
function givenText(
  { action, modified_args, modified_kwargs }: ContinueRequest,
  { call_data: { args, kwargs, pretty_args, pretty_kwargs, ran_with, mutated, pause_when } }: PausedCall,
  out: Output,
): string {
  const shown = ran_with ?? { pretty_args, pretty_kwargs };
  const text = (value: unknown) => (value === undefined ? null : valueText(value));
  // Assigned by an evaluation at the pause; what is set now goes before it.
  const assigned = pause_when === "before" && (action === "continue" || action === "modify") ? mutated : [];
  const changes = [
    ...(assigned ?? [])
      .filter(({ index }) => modified_args === undefined || isKept(modified_args?.[index], args[index]))
      .map(({ index, pretty }) => ({
        ...{ what: `args[${index}]`, from: text(shown.pretty_args[index]), to: pretty },
        isKept: false,
      })),
    ...(modified_args ?? []).map((to, place) => ({
      ...{ what: `args[${place}]`, from: text(shown.pretty_args[place]), to },
      isKept: isKept(to, args[place]),
    })),
    ...Object.entries(modified_kwargs ?? {}).map(([name, to]) => ({
      ...{ what: `kwargs.${name}`, from: text(shown.pretty_kwargs[name]), to },
      isKept: isKept(to, kwargs[name]),
    })),
  ]
    .filter(({ isKept }) => !isKept)
    .map(({ what, from, to }) => ({ what, from, to: text(to) }));
  return changes.length === 0 ? "" : ` with ${changesText(changes, arrowOf(out))}`;
}

const isKept = (value: unknown, item: { cid: string } | undefined): boolean =>
  typeof value === "object" && value !== null && "cid" in value && value.cid === item?.cid;

const WORDS: Readonly<Record<string, string>> = {
  call_again: "--again",
  modify: "--set",
  skip: "--return",
  raise: "--throw",
  replace: "--replace",
  continue: "nothing",
};

function cannot(action: string, call: PausedCall["call_data"]): CliError {
  const possible = call.accepts.map((name) => WORDS[name] ?? name).join(", ");
  const reason = call.pause_when === "before" ? "the call has not run yet" : "the call has already run";
  return new CliError(
    `${WORDS[action]} is not possible here: ${reason}, and takes ${possible}. It is still paused`,
  );
}
