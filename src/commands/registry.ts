/** The commands, in the order of the overview. Each is loaded only when it is run or described. */
import type { Command } from "./command.ts";

type Loader = () => Promise<{ command: Command }>;

export const COMMANDS = {
  serve: () => import("./serve.ts"),
  port: () => import("./port.ts"),
  url: () => import("./url.ts"),
  list: () => import("./list.ts"),
  stop: () => import("./stop.ts"),
  functions: () => import("./functions.ts"),
  programs: () => import("./programs.ts"),
  break: () => import("./break.ts"),
  paused: () => import("./paused.ts"),
  resume: () => import("./resume.ts"),
  flow: () => import("./flow.ts"),
  calls: () => import("./calls.ts"),
  tail: () => import("./tail.ts"),
  call: () => import("./call.ts"),
  diff: () => import("./diff.ts"),
  sessions: () => import("./sessions.ts"),
  repl: () => import("./repl.ts"),
  mcp: () => import("./mcp.ts"),
  demo: () => import("./demo.ts"),
  "demo-program": () => import("./demo-program.ts"),
  help: () => import("./help.ts"),
  version: () => import("./version.ts"),
} satisfies Record<string, Loader>;

export type CommandName = keyof typeof COMMANDS;

/** For our own use: neither shown nor suggested. */
const HIDDEN: ReadonlySet<CommandName> = new Set(["demo-program"]);

/** The names a person may want. */
export const visibleNames = (): CommandName[] =>
  Object.keys(COMMANDS).filter((name): name is CommandName => isCommandName(name) && !HIDDEN.has(name));

/** What `cideldill` does when no command is named. */
export const DEFAULT_COMMAND = "serve" satisfies CommandName;

export const isCommandName = (name: string): name is CommandName => Object.hasOwn(COMMANDS, name);

export async function loadCommand(name: CommandName): Promise<Command> {
  const { command } = await COMMANDS[name]();
  return command;
}
