/** `cideldill break`: breakpoints and rules, from the terminal. */
import type { AddBreakpointResponse, BreakpointList, FunctionList } from "../protocol/breakpoints.ts";
import type { Rule, RuleList, RuleLogEntry, RuleProblem, RuleRequest, RuleSet } from "../protocol/rules.ts";
import { nearest } from "../server/nearest.ts";
import { exportTo, importFrom } from "./break-file.ts";
import { breakLines, type Listed } from "./break-list.ts";
import { ADD_OPTIONS, type AddValues, inOptions, isPlain, pointedAt, requestOf } from "./break-request.ts";
import { defineCommand } from "./command.ts";
import { CliError, UsageError } from "./errors.ts";
import type { Io } from "./io.ts";
import { jsonLine, printable } from "./printable.ts";
import { PRINTING_OPTIONS, type ServerApi, ServerRefused, serverApi } from "./server-api.ts";

const VERBS = ["add", "list", "rm", "enable", "disable", "log", "export", "import"] as const;
type Verb = (typeof VERBS)[number];

export const command = defineCommand(
  {
    name: "break",
    summary: "Add, list and remove breakpoints: add FUNCTION, list, rm ID",
    description:
      "add FUNCTION stops its calls; with a condition, a moment, a count or a value only some of them, and with --log, --return, --throw, --set, --delay or --replace it deals with them while nobody is there. list shows what is set and how often it was met; rm, enable and disable take ids or names; log shows what rules said; export writes all of it to a file, which import takes in. All of it outlives the server.",
    argument: "VERB",
    usages: [
      "add FUNCTION [OPTIONS]",
      "list",
      "rm ID|NAME... | --all",
      "enable ID... | disable ID...",
      "log [ID]",
      "export [FILE]",
      "import FILE",
    ],
    mostArguments: 1_000,
    options: {
      ...ADD_OPTIONS,
      all: { kind: "flag", help: "rm: all breakpoints and rules" },
      ...PRINTING_OPTIONS,
    },
    examples: [
      ["cideldill break add charge", "every call of charge waits"],
      ["cideldill break add charge --if 'args[0].amount > 100'", "only large ones do"],
      ["cideldill break add 'db.*' --when exception", "whatever of db throws waits after it"],
      ["cideldill break add '*' --value '\"A-1042\"'", "wherever this order appears"],
      ["cideldill break add fetchRates --return '{\"EUR\":1}'", "answer without running it"],
      ["cideldill break rm charge", "and no more"],
    ],
  },
  async (values, io, _, words) => {
    const [verb = "list", ...names] = words;
    if (!isVerb(verb)) throw unknownVerb(verb);
    refuseStray(verb, names, values);
    const api = await serverApi(values);
    return await RUN[verb](api, names, values, io);
  },
);

type AllValues = AddValues & { all: boolean; json: boolean };
type Run = (api: ServerApi, names: readonly string[], values: AllValues, io: Io) => Promise<number>;

const RUN: Record<Verb, Run> = {
  add,
  list,
  rm,
  enable: toggle(true),
  disable: toggle(false),
  log,
  export: exportTo,
  import: importFrom,
};

const isVerb = (word: string): word is Verb => (VERBS as readonly string[]).includes(word);

/** What others call the same. */
const OTHER_WORDS: Readonly<Record<string, Verb>> = {
  set: "add",
  new: "add",
  delete: "rm",
  remove: "rm",
  clear: "rm",
  ls: "list",
  show: "list",
  on: "enable",
  off: "disable",
};

function unknownVerb(word: string): UsageError {
  const best = Object.hasOwn(OTHER_WORDS, word) ? OTHER_WORDS[word] : nearest(word, VERBS);
  const hint =
    best === undefined
      ? `to stop at it write "break add ${printable(word)}"; else give ${VERBS.join(", ")}`
      : `did you mean ${best}?`;
  return new UsageError(`"break" does not know "${printable(word)}"; ${hint}`);
}

/** How many words follow each verb. */
const NEEDS: Record<Verb, { least: number; most: number; what: string }> = {
  add: { least: 1, most: 1, what: "one FUNCTION" },
  list: { least: 0, most: 0, what: "nothing" },
  rm: { least: 1, most: 1_000, what: "ids or names, or --all" },
  enable: { least: 1, most: 1_000, what: "ids of rules" },
  disable: { least: 1, most: 1_000, what: "ids of rules" },
  log: { least: 0, most: 1, what: "at most one ID" },
  export: { least: 0, most: 1, what: "at most one FILE" },
  import: { least: 1, most: 1, what: "one FILE" },
};

function refuseStray(verb: Verb, names: readonly string[], values: AllValues): void {
  const { least, most, what } = NEEDS[verb];
  const isAll = verb === "rm" && values.all;
  if (isAll ? names.length > 0 : names.length < least || names.length > most)
    throw new UsageError(`"break ${verb}" takes ${isAll ? "no ids with --all" : what}`);
  if (values.all && verb !== "rm") throw new UsageError('--all goes with "break rm"');
  if (verb !== "add" && !isPlain(values, ""))
    throw new UsageError(`"break ${verb}" takes none of the options of "break add"`);
}

async function add(
  api: ServerApi,
  [name = ""]: readonly string[],
  values: AllValues,
  io: Io,
): Promise<number> {
  if (isPlain(values, name)) {
    const body = await api.post<AddBreakpointResponse>("/api/breakpoints", {
      function_name: name,
      behavior: "stop",
    });
    io.out.line(values.json ? jsonLine(body) : `Every call of ${printable(name)} stops before it runs.`);
    if (!values.json) sayHint(body, io);
    return 0;
  }
  const signature = values.set.length === 0 ? null : await signatureOf(api, name);
  const request = requestOf(values, name, signature);
  try {
    const rule = await api.post<RuleSet>("/api/rules", request);
    io.out.line(
      values.json
        ? jsonLine(rule)
        : `Added ${printable(rule.id)}; remove it with: cideldill break rm ${printable(rule.id)}`,
    );
    if (!values.json) sayHint(rule, io);
    return 0;
  } catch (error) {
    throw ofOptions(error, request, io);
  }
}

function sayHint({ hint }: { hint?: string }, { out }: Io): void {
  if (hint !== undefined) out.line(printable(hint));
}

async function signatureOf(api: ServerApi, name: string): Promise<string | number | null> {
  const { function_signatures } = await api.get<FunctionList>("/api/functions");
  return Object.hasOwn(function_signatures, name) ? (function_signatures[name] ?? null) : null;
}

/** The server's refusal, said of the options that were typed. */
function ofOptions(error: unknown, request: RuleRequest, { err }: Io): unknown {
  if (!(error instanceof ServerRefused) || !Array.isArray(error.body.problems)) return error;
  const [first] = error.body.problems as RuleProblem[];
  if (!first) return error;
  if (err.isTerminal) for (const line of pointedAt(first, request)) err.line(line);
  return new UsageError(inOptions(first, request));
}

async function listed(api: ServerApi): Promise<Listed> {
  const [breakpoints, { behavior }, { rules }] = await Promise.all([
    api.get<BreakpointList>("/api/breakpoints"),
    api.get<{ behavior: string }>("/api/behavior"),
    api.get<RuleList>("/api/rules"),
  ]);
  return { breakpoints, behavior, rules };
}

async function list(api: ServerApi, _: readonly string[], { json }: AllValues, { out }: Io): Promise<number> {
  const all = await listed(api);
  if (json) out.line(jsonLine({ ...all.breakpoints, behavior: all.behavior, rules: all.rules }));
  else for (const line of breakLines(all, out)) out.line(line);
  return 0;
}

/** What is there under an id or a name; nothing is removed when one of them is wrong. */
async function rm(
  api: ServerApi,
  names: readonly string[],
  { all, json }: AllValues,
  { out }: Io,
): Promise<number> {
  const there = await listed(api);
  const ids = there.rules.map(({ id }) => id);
  const wanted = all ? [...ids, ...there.breakpoints.breakpoints] : names;
  const removed: { kind: "rule" | "breakpoint"; name: string }[] = wanted.flatMap((name) => {
    const kinds = [
      ...(ids.includes(name) ? (["rule"] as const) : []),
      ...(there.breakpoints.breakpoints.includes(name) ? (["breakpoint"] as const) : []),
    ];
    // Rules of a function go with its name, where no id says otherwise.
    if (kinds.length > 0) return kinds.map((kind) => ({ kind, name }));
    const named = there.rules
      .filter((rule) => rule.function === name)
      .map(({ id }) => ({ kind: "rule" as const, name: id }));
    if (named.length === 0) throw notThere(name, [...ids, ...there.breakpoints.breakpoints]);
    return named;
  });
  const unique = removed.filter(
    (one, at) => removed.findIndex((other) => other.kind === one.kind && other.name === one.name) === at,
  );
  for (const { kind, name } of unique) await api.delete(`/api/${kind}s/${encodeURIComponent(name)}`);
  if (json) out.line(jsonLine({ removed: unique }));
  else if (unique.length === 0) out.line("There was nothing to remove.");
  else out.line(`Removed ${unique.map(({ name }) => printable(name)).join(", ")}.`);
  return 0;
}

function notThere(name: string, known: readonly string[]): CliError {
  const best = nearest(name, known);
  const hint =
    best === undefined
      ? "; cideldill break list lists those there are"
      : `; did you mean ${printable(best)}?`;
  return new CliError(`There is no breakpoint or rule "${printable(name)}"${hint}`);
}

function toggle(enabled: boolean): Run {
  return async (api, ids, { json }, { out }) => {
    const { rules } = await api.get<RuleList>("/api/rules");
    const known = rules.map(({ id }) => id);
    for (const id of ids) if (!known.includes(id)) throw notThere(id, known);
    const changed: Rule[] = [];
    for (const id of ids)
      changed.push(await api.patch<Rule>(`/api/rules/${encodeURIComponent(id)}`, { enabled }));
    if (json) out.line(jsonLine({ rules: changed }));
    else out.line(`${enabled ? "Enabled" : "Disabled"} ${ids.map(printable).join(", ")}.`);
    return 0;
  };
}

async function log(
  api: ServerApi,
  [id]: readonly string[],
  { json }: AllValues,
  { out }: Io,
): Promise<number> {
  const query = id === undefined ? "" : `?rule=${encodeURIComponent(id)}`;
  const { entries } = await api.get<{ entries: RuleLogEntry[] }>(`/api/rules/log${query}`);
  for (const entry of entries) {
    const { at, rule, kind, message } = entry;
    const time = new Date(at * 1_000).toTimeString().slice(0, 8);
    out.line(
      json
        ? jsonLine(entry)
        : printable(`${time} ${rule ?? "-"} ${kind === "log" ? "" : `${kind}: `}${message}`),
    );
  }
  if (entries.length === 0 && !json) out.line("No rule has said anything.");
  return 0;
}
