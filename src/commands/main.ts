/** From a command line to an exit code. */

import { nearest } from "../server/nearest.ts";
import { CliError, UsageError } from "./errors.ts";
import { type Io, sayProblem } from "./io.ts";
import { printable } from "./printable.ts";
import { type CommandName, DEFAULT_COMMAND, isCommandName, loadCommand, visibleNames } from "./registry.ts";

/**
 * Runs a command line.
 *
 * @param argv What follows the program's name.
 * @returns 0 when it worked, 1 when it did not, 2 when the command line is wrong.
 * @example
 * process.exitCode = await main(["version"], processIo());
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    return report(error, argv, io);
  }
}

async function dispatch(argv: readonly string[], io: Io): Promise<number> {
  const [first] = argv;
  const isNamed = first !== undefined && !first.startsWith("-");
  const name = isNamed ? first : DEFAULT_COMMAND;
  if (!isCommandName(name)) throw unknownCommand(name);
  const rest = isNamed ? argv.slice(1) : argv;
  const result = await (await loadCommand(name)).execute(rest, io);
  if ("exitCode" in result) return result.exitCode;
  if ("unexpected" in result) throw unexpectedArgument(name, result.unexpected, isNamed);
  if (result.wants === "version") return await dispatch(["version", ...rest.filter(isJson)], io);
  await help(isNamed ? result.of : undefined, io);
  return 0;
}

const isJson = (option: string) => option === "--json";

async function help(name: string | undefined, { out }: Io): Promise<void> {
  if (name !== undefined && !isCommandName(name)) throw unknownCommand(name);
  const { commandHelp, overview } = await import("./help-text.ts");
  const page = { style: out.style, columns: out.columns };
  const metaOf = async (command: CommandName) => (await loadCommand(command)).meta;
  const lines =
    name === undefined
      ? overview(await Promise.all(visibleNames().map(metaOf)), page)
      : commandHelp(await metaOf(name), page);
  for (const line of lines) out.line(line);
}

/** What others call the same, and what one hopes for: the command line that does it. */
export const OTHER_WORDS: Readonly<Record<string, string>> = {
  start: "serve",
  run: "serve",
  up: "serve",
  open: "serve --open",
  ui: "serve --open",
  web: "serve --open",
  kill: "stop",
  quit: "stop",
  down: "stop",
  shutdown: "stop",
  ls: "list",
  ps: "list",
  status: "list",
  processes: "programs",
  process: "programs",
  breakpoint: "break",
  breakpoints: "break",
  bp: "break",
  rule: "break",
  rules: "break",
  continue: "resume",
  release: "resume",
  step: "resume ID --step",
  skip: "resume ID --return",
  throw: "resume ID --throw",
  edit: "resume ID --set",
  pause: "flow pause-next",
  next: "flow pause-next",
  mute: "flow mute",
  unmute: "flow unmute",
  log: "calls",
  logs: "calls",
  history: "calls",
  search: "calls",
  export: "calls --html",
  share: "calls --html",
  watch: "tail",
  follow: "tail",
  show: "call",
  inspect: "call",
  compare: "diff",
  eval: "repl",
  console: "repl",
  agent: "mcp",
  agents: "mcp",
};

function unknownCommand(name: string): UsageError {
  const best = Object.hasOwn(OTHER_WORDS, name) ? OTHER_WORDS[name] : nearest(name, visibleNames());
  return new UsageError(
    `Unknown command "${printable(name)}"${best === undefined ? "" : `; did you mean "${best}"?`}`,
  );
}

function unexpectedArgument(command: CommandName, argument: string, isNamed: boolean): UsageError {
  const shown = printable(argument);
  // "cideldill --json list" is not a server that takes "list".
  if (!isNamed && isCommandName(argument)) return new UsageError(`Write "${shown}" before its options`);
  return new UsageError(`"${command}" does not take "${shown}"`);
}

function report(error: unknown, argv: readonly string[], io: Io): number {
  const say = (text: string) => sayProblem(text, io.err);
  const debug = argv.includes("--debug");
  if (error instanceof UsageError) {
    say(`${sentence(error.message)} See cideldill help${commandIn(argv)}.`);
    return error.exitCode;
  }
  const text = error instanceof Error ? error.message : String(error);
  say(
    sentence(error instanceof CliError ? text : `Something went wrong that should not: ${printable(text)}`),
  );
  if (debug && error instanceof Error)
    for (const line of (error.stack ?? "").split("\n")) io.err.line(printable(line));
  return error instanceof CliError ? error.exitCode : 1;
}

const sentence = (text: string): string => (/[.?!]$/.test(text) ? text : `${text}.`);

/** The command whose help explains a wrong line. */
function commandIn([first]: readonly string[]): string {
  if (first === undefined || first === "help") return "";
  if (first.startsWith("-")) return ` ${DEFAULT_COMMAND}`;
  return isCommandName(first) ? ` ${first}` : "";
}
