/** What a command is. */
import type { Io } from "./io.ts";
import { type COMMON, parseOptions, type Specs, type Values } from "./options.ts";

export interface CommandMeta<S extends Specs = Specs> {
  name: string;
  /** One line, for the overview. */
  summary: string;
  /** More, for the command's own help. */
  description?: string;
  /** What it takes besides options, as the help writes it: `[COMMAND]`. */
  argument?: string;
  /** Where one line does not say it: what may follow the name, a line each. */
  usages?: readonly string[];
  /** How many words that may be; 1 when not said. */
  mostArguments?: number;
  options: S;
  /** Words it understands beside options, each with what it means. */
  table?: { title: string; rows: readonly (readonly [word: string, text: string])[] };
  /** Whole command lines, each with what it does. */
  examples: readonly (readonly [command: string, what: string])[];
}

/** A command as `main` runs it. */
export interface Command {
  readonly meta: CommandMeta;
  /** Runs it with what follows its name; answers the exit code. Throws CliError. */
  execute(argv: readonly string[], io: Io): Promise<Execution>;
}

/** What every command line may wish for; `of` names a command. */
export type Wish = { wants: "help"; of?: string | undefined } | { wants: "version" };

/** What came of a command line: an exit code, a wish, or a word that is one too many. */
export type Execution = { exitCode: number } | Wish | { unexpected: string };

export type Run<S extends Specs> = (
  values: Values<S & typeof COMMON>,
  io: Io,
  argument: string | undefined,
  /** All of them, where it takes several. */
  all: readonly string[],
) => Promise<number> | number | Wish;

/**
 * Makes a command of its description and what it does; `run` gets the options in their declared types.
 *
 * @example
 * export const command = defineCommand({ name: "hi", summary: "Greets", options: {}, examples: [] }, (_, io) => {
 *   io.out.line("hi");
 *   return 0;
 * });
 */
export function defineCommand<const S extends Specs>(meta: CommandMeta<S>, run: Run<S>): Command {
  return {
    meta,
    async execute(argv, io) {
      const { values, rest } = parseOptions(argv, meta.options);
      // The cast undoes a widening: COMMON is part of every parse.
      const common: { help: boolean; version: boolean } = values as Values<typeof COMMON>;
      if (common.help) return { wants: "help", of: meta.name };
      if (common.version) return { wants: "version" };
      const unexpected = rest[meta.argument === undefined ? 0 : (meta.mostArguments ?? 1)];
      if (unexpected !== undefined) return { unexpected };
      const outcome = await run(values, io, rest[0], rest);
      return typeof outcome === "number" ? { exitCode: outcome } : outcome;
    },
  };
}
