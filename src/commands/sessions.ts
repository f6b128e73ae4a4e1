/** `cideldill sessions`: runs of the server, and what is kept of them. */
import type { SessionDiff } from "../protocol/comparisons.ts";
import type { RecordState } from "../protocol/records.ts";
import type { SessionRemoved, SessionView } from "../protocol/sessions.ts";
import { nearest } from "../server/nearest.ts";
import { callLine, sizeText } from "./call-lines.ts";
import { defineCommand } from "./command.ts";
import { UsageError } from "./errors.ts";
import type { Io } from "./io.ts";
import { ago } from "./list.ts";
import { jsonLine, printable } from "./printable.ts";
import { changingApi, RECORD_OPTIONS, type RecordApi, recordApi } from "./record-api.ts";
import type { ServerApi } from "./server-api.ts";
import { tableLines } from "./table.ts";

const VERBS = ["list", "label", "note", "pin", "unpin", "rm", "prune", "diff"] as const;
type Verb = (typeof VERBS)[number];

export const command = defineCommand(
  {
    name: "sessions",
    summary: "List, name, keep, compare and remove runs of the server",
    description:
      "Each run of a server is a session. Calls older or more than the retention says are removed; pinned sessions and calls stay. prune removes now: by what the retention says, or by --older-than and --larger-than.",
    argument: "VERB",
    usages: [
      "list",
      "label ID TEXT",
      "note ID TEXT",
      "pin ID... | unpin ID...",
      "rm ID...",
      "prune [OPTIONS]",
      "diff A B",
    ],
    mostArguments: 1_000,
    options: {
      olderThan: {
        kind: "number",
        value: "DAYS",
        min: 0,
        max: 36_500,
        help: "prune: calls that began longer ago",
      },
      largerThan: {
        kind: "number",
        value: "MB",
        min: 0,
        max: 1e9,
        help: "prune: the oldest calls, until the file is smaller",
      },
      ...RECORD_OPTIONS,
    },
    examples: [
      ["cideldill sessions", "what there is"],
      ["cideldill sessions label current 'before the fix'", "so that it is found again"],
      ["cideldill sessions diff 3 4", "which calls differ between two runs"],
      ["cideldill sessions prune --older-than 7", "what began more than a week ago goes"],
    ],
  },
  async (values, io, _, words) => {
    const [verb = "list", ...rest] = words;
    if (!isVerb(verb)) {
      const best = nearest(verb, VERBS);
      throw new UsageError(
        `"${printable(verb)}" is nothing sessions can do${best ? ` (did you mean ${best}?)` : ""}; it can ${VERBS.join(", ")}`,
      );
    }
    const outcome = isReading(verb)
      ? await READ[verb](await recordApi(values, io), rest, values, io)
      : await CHANGE[verb](await changingApi(values), rest, values, io);
    if (values.json && outcome !== undefined) io.out.line(jsonLine(outcome));
    return 0;
  },
);

interface Options {
  olderThan: number | undefined;
  largerThan: number | undefined;
  json: boolean;
}

type Action<A> = (api: A, words: readonly string[], options: Options, io: Io) => Promise<unknown>;

const isVerb = (word: string): word is Verb => VERBS.some((verb) => verb === word);

const READ = {
  list: async (api, _, { json }, { out }) => {
    const { sessions } = await api.get<{ sessions: SessionView[] }>("/api/sessions");
    if (json) {
      for (const session of sessions) out.line(jsonLine(session));
      return undefined;
    }
    const now = Date.now() / 1_000;
    const rows = sessions.map((session) => [
      `${session.id}${session.current ? " *" : ""}`,
      ago(now - session.started_at),
      String(session.calls),
      String(session.errors),
      session.pinned ? "yes" : "",
      printable(
        [session.label, ...session.tags.map((tag) => `#${tag}`)].filter((text) => text !== "").join(" "),
      ),
    ]);
    for (const line of tableLines(["ID", "STARTED", "CALLS", "ERRORS", "PINNED", "LABEL"], rows, out))
      out.line(line);
    const state = await api.get<RecordState>("/api/record");
    out.line(out.style.dim(stateText(state)));
    if (state.problem !== null) out.line(`${out.style.alert} ${printable(state.problem)}`);
    return undefined;
  },
  diff: async (api, [a, b], { json }, io) => {
    if (a === undefined || b === undefined)
      throw new UsageError("Which two sessions? Give their numbers or labels");
    const path = `/api/sessions/diff?${new URLSearchParams({ a, b })}`;
    const diff = await busy(io, "Comparing", api.get<SessionDiff>(path));
    if (!json) for (const line of diffLines(diff, io)) io.out.line(line);
    return diff;
  },
} satisfies Partial<Record<Verb, Action<RecordApi>>>;

const isReading = (verb: Verb): verb is keyof typeof READ => verb in READ;

const CHANGE: Record<Exclude<Verb, keyof typeof READ>, Action<ServerApi>> = {
  label: (api, words, _, io) => change(api, words, io, (text) => ({ label: text }), "label"),
  note: (api, words, _, io) => change(api, words, io, (text) => ({ note: text }), "note"),
  pin: (api, ids, options, io) => pinAll(api, ids, true, options, io),
  unpin: (api, ids, options, io) => pinAll(api, ids, false, options, io),
  rm: async (api, ids, { json }, io) => {
    for (const id of required(ids)) {
      const removed = await busy(io, `Removing session ${id}`, api.delete<SessionRemoved>(pathOf(id)));
      if (json) io.out.line(jsonLine(removed));
      else io.out.line(removedText(removed));
    }
    return undefined;
  },
  prune: async (api, _, { olderThan, largerThan, json }, io) => {
    const body = {
      ...(olderThan === undefined ? {} : { older_than_days: olderThan }),
      ...(largerThan === undefined ? {} : { larger_than_mb: largerThan }),
    };
    const removed = await busy(io, "Removing calls", api.post<SessionRemoved>("/api/sessions/prune", body));
    if (!json) io.out.line(removedText(removed));
    return removed;
  },
};

const pathOf = (id: string): string => `/api/sessions/${encodeURIComponent(id)}`;

function required(ids: readonly string[]): readonly string[] {
  if (ids.length === 0)
    throw new UsageError(
      "Which session? Give its number, its label, or current; cideldill sessions lists them",
    );
  return ids;
}

async function change(
  api: ServerApi,
  [id, ...text]: readonly string[],
  { out }: Io,
  body: (text: string) => object,
  what: string,
): Promise<SessionView> {
  if (id === undefined || text.length === 0)
    throw new UsageError(`sessions ${what} wants a session and a text; "" takes the ${what} away`);
  const session = await api.patch<SessionView>(pathOf(id), body(text.join(" ")));
  out.line(`Session ${session.id}: ${printable(session.label || session.note || "no label")}`);
  return session;
}

async function pinAll(
  api: ServerApi,
  ids: readonly string[],
  pinned: boolean,
  { json }: Options,
  { out }: Io,
): Promise<undefined> {
  for (const id of required(ids)) {
    const session = await api.patch<SessionView>(pathOf(id), { pinned });
    if (json) out.line(jsonLine(session));
    else
      out.line(
        `Session ${session.id} ${pinned ? "stays when old calls are removed" : "goes when it is old"}.`,
      );
  }
  return undefined;
}

/** Says what takes long. */
async function busy<T>(io: Io, what: string, work: Promise<T>): Promise<T> {
  const started = performance.now();
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - started) / 1_000);
    if (io.err.isTerminal) io.err.line(io.err.style.dim(`${what}: ${seconds} s`));
  }, 1_000);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

const removedText = ({ sessions, calls, values, freed_bytes }: SessionRemoved): string =>
  `Removed ${calls.toLocaleString("en-US")} calls and ${values.toLocaleString("en-US")} values${sessions > 0 ? ` of ${sessions} sessions` : ""}; ${sizeText(freed_bytes)} freed.`;

function stateText({ calls, values, size_bytes, location, retention }: RecordState): string {
  const { max_age_days: age, max_size_mb: size } = retention;
  const kept = [...(age === null ? [] : [`${age} days`]), ...(size === null ? [] : [`${size} MB`])].join(
    " or ",
  );
  return printable(
    `${calls.toLocaleString("en-US")} calls, ${values.toLocaleString("en-US")} values, ${sizeText(size_bytes)} in ${location}; kept ${kept === "" ? "for ever" : `for ${kept}`}`,
  );
}

function diffLines(diff: SessionDiff, { out }: Io): string[] {
  const { style } = out;
  const list = (title: string, lines: string[], count: number) =>
    count === 0
      ? []
      : [
          style.bold(`${title}: ${count}`),
          ...lines,
          ...(lines.length < count ? [style.dim(`  ${style.ellipsis}`)] : []),
        ];
  return [
    `${diff.same} calls are the same in both.`,
    ...list(
      `Only in ${diff.a}`,
      diff.only_a.map((call) => callLine(call, out)),
      diff.only_a_count,
    ),
    ...list(
      `Only in ${diff.b}`,
      diff.only_b.map((call) => callLine(call, out)),
      diff.only_b_count,
    ),
    ...list(
      "Another outcome",
      diff.changed.flatMap(({ a, b }) => [`- ${callLine(a, out)}`, `+ ${callLine(b, out)}`]),
      diff.changed_count,
    ),
    ...(diff.complete ? [] : [style.dim("These sessions are too large to be compared whole.")]),
  ];
}
