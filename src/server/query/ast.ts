/** What a query means: a tree of conditions on a call. */
import type { Literal, PathStep } from "./value.ts";

export type Compare = "=" | "!=" | ">" | ">=" | "<" | "<=" | "~";

/** Where a condition looks for a value. */
export interface Place {
  where: "arg" | "result";
  /** Empty: the whole value. */
  path: readonly PathStep[];
}

export type Query =
  | { kind: "all" }
  | { kind: "and" | "or"; parts: readonly Query[] }
  | { kind: "not"; part: Query }
  /** Contained anywhere in the call, case ignored. `text` is folded. */
  | { kind: "text"; text: string; said: string }
  | { kind: "name"; field: "fn" | "process" | "session" | "caller"; globs: readonly string[] }
  | { kind: "status"; statuses: readonly string[] }
  | { kind: "decision"; field: "action" | "by"; names: readonly string[] }
  | { kind: "cid"; prefix: string }
  /** `text` contained in some argument, the result, or what was thrown. */
  | { kind: "contains"; where: "arg" | "result" | "error"; text: string; said: string }
  | { kind: "compare"; place: Place; compare: Compare; literal: Literal; said: string }
  /** Milliseconds; both ends may be open. */
  | { kind: "duration"; min: number | null; max: number | null; open: boolean; said: string }
  /** Unix seconds. */
  | { kind: "time"; field: "since" | "until"; at: number; said: string }
  | { kind: "number"; from: number; to: number }
  | { kind: "pinned"; pinned: boolean };

/** A mistake in a query: where (from 1, and how many characters), and what would be right there. */
export class QueryError extends Error {
  override readonly name = "QueryError";
  constructor(
    message: string,
    readonly column: number,
    readonly length: number,
    readonly expected: readonly string[] = [],
  ) {
    super(message);
  }
}
