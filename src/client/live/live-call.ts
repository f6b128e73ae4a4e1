/** One call on a live channel, from its beginning on: its values as texts, encoded before anything can change them. */
import { clientRef } from "../core/draft.ts";
import type { InterceptedCall } from "../core/perform.ts";
import { type Beside, currentArgs, replStateOf } from "../core/repl-scope.ts";
import { type EncodeOptions, encode } from "../encode/encode.ts";
import { TARGET_LIMITS } from "../encode/limits.ts";
import type { RowEnd } from "./batch.ts";
import type { Known } from "./known.ts";

/**
 * Arguments beyond this many are not sent: `f(...million)` is one call, not a million values. In their place stands one
 * more, the mark of a list that was cut.
 */
const MOST_ARGS = 1_000;

export class LiveCall {
  readonly call: InterceptedCall;
  readonly known: Known;
  readonly seq: number;
  /** Id of the call it was made in, as JSON. */
  readonly parent: string;
  readonly args: readonly string[];
  readonly target: string | null;
  /** `client_ref`s as JSON; `null` when no argument is an object. */
  readonly refs: string | null;
  /** When it began: `performance.now()`, and Unix seconds as text. */
  begun = 0;
  startedAt = "0";
  /** How it ended, once a decision about that was asked for. */
  end: RowEnd | null = null;
  /** It is over, and its end is told or being told. */
  ended = false;
  /** How often it was called again. */
  reruns = 0;
  /** The server knows that it runs. */
  told = false;
  /** Made with the first evaluation at a pause of it. */
  #beside: Beside | null = null;
  /** The call of this thread that is waiting for it to return. */
  outer: LiveCall | null = null;
  /** How many calls of this thread it is made in. */
  depth = 0;

  constructor(call: InterceptedCall, known: Known, seq: number, parent: string, options: EncodeOptions) {
    this.call = call;
    this.known = known;
    this.seq = seq;
    this.parent = parent;
    this.args = textsOf(call.args, options);
    this.target =
      call.target === undefined ? null : encode(call.target, { ...options, limits: TARGET_LIMITS });
    this.refs = refsOf(call.args);
  }

  /** What evaluations at a pause of it see. */
  beside(): Beside {
    this.#beside ??= {
      args: this.call.args.map((value, place) => ({
        value,
        text: place < MOST_ARGS ? (this.args[place] ?? null) : null,
      })),
      thisArg: this.call.thisArg,
      signature: JSON.parse(this.known.signature(this.call.fn)) as string | number,
    };
    return this.#beside;
  }

  /** The arguments it runs with: its own, and in their places what was assigned at a pause. */
  currentArgs(): unknown[] {
    return this.#beside ? currentArgs(this.#beside) : this.call.args;
  }

  /** Whether the place is that of the mark that stands for all arguments which were not sent. */
  isRest(place: number): boolean {
    return place === MOST_ARGS && this.call.args.length > MOST_ARGS;
  }

  /** It has run: evaluations see what came of it. */
  ranWith(threw: boolean, value: unknown): void {
    replStateOf(this.beside()).end = threw ? { error: value } : { result: value };
  }
}

export function textsOf(args: readonly unknown[], options: EncodeOptions): string[] {
  const count = Math.min(args.length, MOST_ARGS);
  const texts: string[] = new Array(count);
  for (let i = 0; i < count; i++) texts[i] = encode(args[i], options);
  if (args.length > MOST_ARGS) texts.push(`{"$type":"cut","kind":"entries","size":${args.length}}`);
  return texts;
}

function refsOf(args: readonly unknown[]): string | null {
  let text = "";
  let any = false;
  const count = Math.min(args.length, MOST_ARGS);
  for (let i = 0; i < count; i++) {
    const ref = clientRef(args[i]) ?? 0;
    if (ref !== 0) any = true;
    text += i === 0 ? ref : `,${ref}`;
  }
  return any ? `[${text}]` : null;
}
