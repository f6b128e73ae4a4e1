/** Where commands write. Lines go out at once and in order, and a reader who has gone away ends nothing. */
import { writeSync } from "node:fs";
import { isatty } from "node:tty";
import { type Env, makeStyle, type Style } from "./style.ts";

/** One of the two output streams. */
export interface Output {
  /** Writes a line. Text from outside goes through `printable` first. */
  line(text?: string): void;
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

/** Writes all of it. Returns false when nobody reads any more, or nobody has for a while. */
function writeAll(descriptor: number, text: string): boolean {
  let rest = new TextEncoder().encode(text);
  const deadline = Date.now() + STUCK_MS;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(descriptor, rest));
    } catch (error) {
      const isFull = error instanceof Error && "code" in error && error.code === "EAGAIN";
      if (!isFull || Date.now() > deadline) return false;
      Bun.sleepSync(5);
    }
  }
  return true;
}

function openOutput(descriptor: 1 | 2, env: Env): Output {
  const isTerminal = isatty(descriptor);
  const stream = () => (descriptor === 1 ? process.stdout : process.stderr);
  return {
    // Not process.stdout: what it holds back is lost when the process ends, and its EPIPE is an uncaught exception.
    line: (text = "") => void writeAll(descriptor, `${text}\n`),
    style: makeStyle(env, isTerminal),
    isTerminal,
    get columns() {
      const columns = isTerminal ? stream().columns : 0;
      return columns > 0 ? columns : USUAL_COLUMNS;
    },
  };
}

/** The process's own streams. */
export function processIo(env: Env = process.env): Io {
  return { out: openOutput(1, env), err: openOutput(2, env), env };
}
