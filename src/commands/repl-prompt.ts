/** The prompt of `cideldill repl`: lines with history, input over several lines, and words completed with Tab. */
import { appendFileSync, chmodSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { parametersOf } from "../client/core/repl-scope.ts";
import { getDiscoveryHome } from "../discovery/index.ts";
import type { PausedCall } from "../protocol/pauses.ts";
import { CliError } from "./errors.ts";
import type { Io } from "./io.ts";
import { printable } from "./printable.ts";
import { printText, type ReplAccess } from "./repl-access.ts";
import { complete } from "./repl-complete.ts";
import { isWhole, type Language } from "./repl-lines.ts";
import { ServerRefused } from "./server-api.ts";

/** Lines of earlier prompts that are remembered. */
const HISTORY = 1_000;

/** Characters of one value in the head. */
const HEAD_CHARS = 200;

const HELP = [
  ".call     show the paused call again",
  ".resume   release the call as it is now, and end",
  ".exit     end, and leave the call paused (also Ctrl-D)",
  "Tab completes names. Input goes on in the next line until it is whole; Ctrl-C drops it.",
];

export async function prompt(access: ReplAccess, pause: PausedCall, io: Io): Promise<number> {
  const { out, err } = io;
  const language: Language = pause.call_data.preferred_format === "json" ? "javascript" : "python";
  const isTerminal = process.stdin.isTTY === true && out.isTerminal;
  if (isTerminal) for (const line of head(pause)) out.line(line);
  const history = isTerminal ? readHistory() : [];
  const names = namesOf(pause, language);
  const lines = createInterface({
    input: process.stdin,
    ...(isTerminal ? { output: process.stdout } : {}),
    terminal: isTerminal,
    history: [...history].reverse(),
    historySize: HISTORY,
    removeHistoryDuplicates: true,
    completer: (line: string, answer: (error: null, found: [string[], string]) => void) => {
      const ask = (expr: string) => access.evaluate(expr, true);
      complete(line, { language, names, ask }).then(
        (found) => answer(null, found),
        () => answer(null, [[], line]),
      );
    },
  });
  let typed = "";
  let code = 0;
  const ask = () => {
    if (!isTerminal) return;
    lines.setPrompt(typed === "" ? "> " : "... ");
    lines.prompt();
  };
  lines.on("SIGINT", () => {
    typed = "";
    out.line();
    ask();
  });
  ask();
  for await (const line of inTurn(lines)) {
    const word = typed === "" ? line.trim() : "";
    if (word === ".exit") break;
    if (word === ".help") for (const text of HELP) out.line(text);
    else if (word === ".call") for (const text of head(pause)) out.line(text);
    else if (word === ".resume") {
      await access.resume();
      out.line("Released.");
      lines.close();
      return code;
    } else if (/^\.\w+$/.test(word)) out.line(`There is no ${printable(word)}; .help lists what there is.`);
    else {
      typed = typed === "" ? line : `${typed}\n${line}`;
      if (isWhole(typed, language)) {
        const source = typed;
        typed = "";
        if (source.trim() !== "") {
          if (isTerminal) keepHistory(source);
          code = (await evaluate(access, source, io)) ? 0 : 1;
        }
      }
    }
    ask();
  }
  lines.close();
  // What was begun and never made whole, in a file that was piped in.
  if (typed.trim() !== "" && !isTerminal) code = (await evaluate(access, typed, io)) ? 0 : 1;
  if (isTerminal) err.line("The call is still paused.");
  return code;
}

/** Lines one after the other: the next is read when the last was dealt with. */
async function* inTurn(lines: Interface): AsyncGenerator<string> {
  const waiting: string[] = [];
  let wake = () => {};
  let isOver = false;
  lines.on("line", (line) => {
    waiting.push(line);
    wake();
  });
  lines.on("close", () => {
    isOver = true;
    wake();
  });
  for (;;) {
    const line = waiting.shift();
    if (line !== undefined) yield line;
    else if (isOver) return;
    else
      await new Promise<void>((done) => {
        wake = done;
      });
  }
}

/** `false` when it failed. */
async function evaluate(access: ReplAccess, source: string, { out, err }: Io): Promise<boolean> {
  try {
    const { output, stdout, is_error } = await access.evaluate(source);
    printText(stdout, out, out.style.dim);
    printText(output, is_error ? err : out, is_error ? err.style.bad : undefined);
    return !is_error;
  } catch (error) {
    if (!(error instanceof ServerRefused)) throw error;
    if (error.code === "session_closed")
      throw new CliError("The call was released; nothing can be evaluated there any more");
    printText(error.message, err, err.style.bad);
    return false;
  }
}

/** What is called with what, from where. */
function head({ call_data: call }: PausedCall): string[] {
  const when = call.pause_when === "after" ? "after it ran" : "before it runs";
  const frame = call.call_site.stack_trace?.at(-1);
  const place = frame ? `, called from ${frame.filename ?? "?"}:${frame.lineno ?? "?"}` : "";
  const names = parametersOf(call.signature);
  const shown = (value: unknown) => {
    const text = JSON.stringify(value) ?? "undefined";
    return text.length > HEAD_CHARS ? `${text.slice(0, HEAD_CHARS).toWellFormed()}…` : text;
  };
  const values = call.pretty_args.map(
    (value, index) => `  ${names[index]?.name ?? `$args[${index}]`} = ${shown(value)}`,
  );
  const named = Object.entries(call.pretty_kwargs).map(([name, value]) => `  ${name} = ${shown(value)}`);
  const result = call.pretty_result === undefined ? [] : [`  $result = ${shown(call.pretty_result)}`];
  return [
    `${call.method_name} is paused ${when}${place}`,
    ...values,
    ...named,
    ...result,
    "(.help for help)",
  ].map(printable);
}

function namesOf({ call_data: call }: PausedCall, language: Language): string[] {
  if (language === "python") return ["args", "kwargs", ...Object.keys(call.pretty_kwargs)];
  const parameters = parametersOf(call.signature).flatMap(({ name }) => name ?? []);
  const after = call.pause_when === "after" ? ["$result", "$error"] : [];
  return [
    ...parameters,
    "$args",
    "$this",
    ...after,
    "await",
    "const",
    "console",
    "JSON",
    "Object",
    "return",
    "typeof",
  ];
}

/** What is typed may hold secrets: for its owner alone, like the folder it lies in. */
function historyFile(): string | undefined {
  const home = getDiscoveryHome();
  return home === undefined ? undefined : join(home, "repl_history");
}

function readHistory(): string[] {
  try {
    const text = readFileSync(historyFile() ?? "", "utf8");
    return text
      .split("\n")
      .filter((line) => line !== "")
      .slice(-HISTORY);
  } catch {
    return [];
  }
}

function keepHistory(source: string): void {
  const file = historyFile();
  if (file === undefined) return;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    appendFileSync(file, `${source.replaceAll("\n", " ")}\n`, { mode: 0o600 });
    chmodSync(file, 0o600);
  } catch {
    // A prompt without a memory is still a prompt.
  }
}
