/** Where commands write. Lines go out at once and in order, and a reader who has gone away is no mistake. */
import { fstatSync, writeSync } from "node:fs";
import { type Env, makeStyle, type Style } from "./style.ts";
import { wrap } from "./text.ts";

/** One of the two output streams. */
export interface Output {
  /** Writes a line. Text from outside goes through `printable` first. */
  line(text?: string): void;
  /** Nobody reads any more: what goes on for ever should end. Known once something was written. */
  readonly isUnread: boolean;
  readonly style: Style;
  readonly isTerminal: boolean;
  /** Width to lay out for. */
  readonly columns: number;
}

export interface Io {
  readonly out: Output;
  readonly err: Output;
  readonly env: Env;
}

/** What people read most comfortably, where no terminal tells its own width. */
const USUAL_COLUMNS = 80;
/** How long a reader that takes nothing may hold us up, in ms. */
const STUCK_MS = 1_000;

/** Writes all of it, unless nobody has read for a while; `false` when nobody reads any more. */
function writeAll(descriptor: number, text: string): boolean {
  let rest = new TextEncoder().encode(text);
  const deadline = Date.now() + STUCK_MS;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      const isFull = error instanceof Error && "code" in error && error.code === "EAGAIN";
      if (!isFull) return false;
      if (Date.now() > deadline) return true;
      Bun.sleepSync(5);
    }
  }
  return true;
}

/** Asks the cheap question first: loading what knows terminals takes longer than the rest of a command's start. */
function isTerminal(descriptor: 1 | 2): boolean {
  try {
    if (!fstatSync(descriptor).isCharacterDevice()) return false;
  } catch {
    return false;
  }
  return (descriptor === 1 ? process.stdout : process.stderr).isTTY === true;
}

/** What is known of a stream is found out when it is asked for, which is after a server has started. */
class ProcessOutput implements Output {
  readonly #descriptor: 1 | 2;
  readonly #env: Env;
  isUnread = false;
  #isTerminal: boolean | undefined;
  #style: Style | undefined;

  constructor(descriptor: 1 | 2, env: Env) {
    this.#descriptor = descriptor;
    this.#env = env;
  }

  /** Not through process.stdout: what it holds back is lost when the process ends, and its EPIPE is an exception. */
  line(text = ""): void {
    if (!writeAll(this.#descriptor, `${text}\n`)) this.isUnread = true;
  }

  get isTerminal(): boolean {
    this.#isTerminal ??= isTerminal(this.#descriptor);
    return this.#isTerminal;
  }

  get style(): Style {
    this.#style ??= makeStyle(this.#env, this.isTerminal);
    return this.#style;
  }

  get columns(): number {
    const stream = this.#descriptor === 1 ? process.stdout : process.stderr;
    const columns = this.isTerminal ? stream.columns : 0;
    return columns > 0 ? columns : USUAL_COLUMNS;
  }
}

/** The process's own streams. */
export function processIo(env: Env = process.env): Io {
  return { out: new ProcessOutput(1, env), err: new ProcessOutput(2, env), env };
}

/** Says what went wrong: in one line for a program to read, broken between words for a person. */
export function sayProblem(text: string, out: Output): void {
  const name = "cideldill:";
  const lines = wrap(`${name} ${text}`, out.isTerminal ? out.columns - 2 : Number.POSITIVE_INFINITY);
  for (const line of lines) {
    out.line(line.startsWith(name) ? `${out.style.bad(name)}${line.slice(name.length)}` : `  ${line}`);
  }
}
