/**
 * Builds the batches of finished calls as text, row by row, so that the thread that sends them need not look inside. A
 * batch names texts, sites and functions by numbers of a table. A table serves a few batches and is then begun anew: so
 * what has to be kept in order to send a batch again on another connection stays small.
 *
 * Calls end also where the stack does: any call made from here may throw then. So a number is given and spelled out at
 * once, after everything that could throw, and a row counts when it is whole: one that fails leaves the batch as it was.
 */
import type { Known } from "./known.ts";
import type { LiveCall } from "./live-call.ts";

/** Numbers of a table for batches; those above are for calls that ask (see `ASK_REFS`). */
const TABLE_SIZE = 9_000;
/** Where the numbers begin that an asking call spells its texts out under. */
export const ASK_REFS = TABLE_SIZE;

const BATCHES_A_TABLE = 16;

/** Places of a call whose last text is remembered: outcome, target, and the first arguments. */
const PLACES = 10;
const OUTCOME = 0;
const TARGET = 1;
const FIRST_ARG = 2;

/** A batch is full with so many rows or characters. */
const ROWS = 512;
export const CHARACTERS = 256 * 1024;

/** How a call ended, for its row. */
export interface RowEnd {
  status: 0 | 1 | 2;
  durationMs: number;
  /** Text of the result or of what was thrown. */
  outcome: string | null;
  /** As JSON. */
  exception: string | null;
}

export class BatchBuilder {
  #table = 1;
  #batches = 0;
  #texts = new Map<string, number>();
  #sites = new Map<string, number>();
  /** The text last met in a place of a call, and its number; no text is empty. */
  readonly #lastTexts: string[] = new Array(PLACES).fill("");
  readonly #lastRefs: number[] = new Array(PLACES).fill(0);
  #names = 0;
  #newNames = "";
  #newTexts = "";
  #newSites = "";
  #rows = "";
  #count = 0;
  readonly #characters: number;

  constructor(characters = CHARACTERS) {
    this.#characters = characters;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  get isFull(): boolean {
    return this.#count >= ROWS || this.#rows.length + this.#newTexts.length >= this.#characters;
  }

  /** `false` when the table has no room for the texts of another call with so many arguments. */
  hasRoomFor(args: number): boolean {
    return this.#texts.size + args + 3 < TABLE_SIZE && this.#names < TABLE_SIZE;
  }

  add(call: LiveCall, end: RowEnd): void {
    const texts = call.args;
    let args = "";
    for (let i = 0; i < texts.length; i++) {
      const ref = this.#text(texts[i] ?? "null", i + FIRST_ARG);
      args += i === 0 ? ref : `,${ref}`;
    }
    const { status, outcome, exception } = end;
    let row = `[${call.seq},${this.#name(call.known)},${call.parent},${call.startedAt}`;
    row += `,${status === 2 ? "null" : milliseconds(end.durationMs)},${status},[${args}]`;
    row += `,${outcome === null ? "null" : this.#text(outcome, OUTCOME)},${this.#site(call)}`;
    if (call.target !== null || exception !== null || call.refs !== null) {
      row += `,${call.target === null ? "null" : this.#text(call.target, TARGET)},${exception ?? "null"}`;
      if (call.refs !== null) row += `,${call.refs}`;
    }
    this.#rows += this.#count++ === 0 ? `${row}]` : `,${row}]`;
  }

  /** The batch as `<table>\n<its new sites>\n<the rest of the frame>`, and a new one is begun. */
  take(): string {
    let rest = "";
    if (this.#newNames !== "") rest += `"names":[${this.#newNames}],`;
    if (this.#newTexts !== "") rest += `"texts":[${this.#newTexts}],`;
    const batch = `${this.#table}\n${this.#newSites}\n${rest}"rows":[${this.#rows}]}`;
    const isLast = this.#batches + 1 >= BATCHES_A_TABLE || !this.hasRoomFor(TABLE_SIZE / 3);
    if (isLast) this.turnTable();
    else this.#batches++;
    this.#rows = this.#newNames = this.#newTexts = this.#newSites = "";
    this.#count = 0;
    return batch;
  }

  /** Begins a new table; only between two batches. */
  turnTable(): void {
    const [texts, sites] = [new Map<string, number>(), new Map<string, number>()];
    this.#lastTexts.fill("");
    this.#texts = texts;
    this.#sites = sites;
    this.#table++;
    this.#batches = 0;
    this.#names = 0;
  }

  /** What stood in the same place of the call before is often the same: comparing is cheaper than looking up. */
  #text(text: string, place: number): number {
    if (place < PLACES && this.#lastTexts[place] === text) return this.#lastRefs[place] ?? 0;
    let ref = this.#texts.get(text);
    if (ref === undefined) {
      ref = this.#texts.size;
      const spelled = `${this.#newTexts === "" ? "" : ","}[${ref},${JSON.stringify(text)}]`;
      this.#texts.set(text, ref);
      this.#newTexts += spelled;
    }
    if (place < PLACES) {
      this.#lastTexts[place] = text;
      this.#lastRefs[place] = ref;
    }
    return ref;
  }

  /** A function is mostly called from where it was called before. */
  #site({ call, known }: LiveCall): number | null {
    const { stack } = call.site;
    if (stack === null) return null;
    if (known.stack !== stack || known.stackTable !== this.#table) {
      known.stackRef = this.#siteRef(stack);
      known.stack = stack;
      known.stackTable = this.#table;
    }
    return known.stackRef;
  }

  #siteRef(stack: string): number | null {
    const known = this.#sites.get(stack);
    if (known !== undefined) return known;
    const ref = this.#sites.size;
    // A program with more places than numbers: the rest of this table goes without.
    if (ref >= TABLE_SIZE) return null;
    const spelled = `${this.#newSites === "" ? "" : ","}[${ref},${JSON.stringify(stack)}]`;
    this.#sites.set(stack, ref);
    this.#newSites += spelled;
    return ref;
  }

  #name(known: Known): number {
    if (known.table === this.#table) return known.ref;
    this.#newNames += `${this.#newNames === "" ? "" : ","}[${this.#names},${known.json}]`;
    known.ref = this.#names++;
    known.table = this.#table;
    return known.ref;
  }
}

/** Three decimals. Whole numbers are written in a fraction of the time. */
function milliseconds(ms: number): string {
  const micros = Math.max(0, Math.round(ms * 1_000));
  const rest = micros % 1_000;
  const whole = (micros - rest) / 1_000;
  return rest === 0 ? String(whole) : `${whole}.${String(1_000 + rest).slice(1)}`;
}
