/** Streams that remember what was written. */
import type { Io, Output } from "../../../src/commands/io.ts";
import { type Env, makeStyle } from "../../../src/commands/style.ts";

export interface FakeOptions {
  isTerminal?: boolean;
  columns?: number;
  env?: Env;
}

export interface FakeIo extends Io {
  readonly written: { out: string[]; err: string[] };
}

export function fakeIo({ isTerminal = false, columns = 80, env = {} }: FakeOptions = {}): FakeIo {
  const written: FakeIo["written"] = { out: [], err: [] };
  const output = (lines: string[]): Output => ({
    line: (text = "") => void lines.push(text),
    isUnread: false,
    style: makeStyle(env, isTerminal),
    isTerminal,
    columns,
  });
  return { out: output(written.out), err: output(written.err), env, written };
}
