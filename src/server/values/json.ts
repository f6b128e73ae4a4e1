/**
 * Reads JSON texts within bounds. JSON.parse would do for small ones, but 40 MB of brackets cost it 3.6 s and 1.1 GB,
 * and whoever walks its result must know how deep it may go. Here a check builds nothing, a bounded read keeps only
 * what will be shown and counts the rest, and neither recurses.
 */
import { MAX_JSON_DEPTH } from "../../protocol/constants.ts";
import { own } from "../own-property.ts";
import { PayloadError } from "./errors.ts";

/** What a bounded read gives. */
export interface JsonDocument {
  readonly value: unknown;
  /** For each array or object that was cut: how many members were left out. */
  readonly omitted: WeakMap<object, number>;
}

/** What a bounded read keeps. */
export interface JsonLimits {
  maxValues: number;
  maxItems: number;
}

/** Stands for a value that was read, checked and not kept. */
export const CUT_JSON: { readonly cut: true } = Object.freeze({ cut: true });

/**
 * Checks that a text is one JSON value that nests no deeper than `MAX_JSON_DEPTH`.
 *
 * @throws PayloadError `invalid_json`, naming the position.
 */
export function checkJson(text: string): void {
  new Scanner(text, null).run();
}

/** Reads a text, keeping no more than the limits. Throws like {@link checkJson}. */
export function readJson(text: string, limits: JsonLimits): JsonDocument {
  const builder = new Builder(limits);
  new Scanner(text, builder).run();
  return { value: builder.root, omitted: builder.omitted };
}

/** A scalar. An integer that a number would round stays its digits, as a text: 12345678901234567890 is not ...000. */
function exact(source: string): unknown {
  const value: unknown = JSON.parse(source);
  if (typeof value !== "number" || Number.isSafeInteger(value) || !/^-?\d+$/.test(source)) return value;
  return String(value) === source ? value : source;
}

interface Open {
  readonly container: unknown[] | Record<string, unknown>;
  readonly kept: boolean;
  key: string;
  count: number;
}

/** Builds what the scanner passes it, as long as there is room. */
class Builder {
  root: unknown = null;
  readonly omitted = new WeakMap<object, number>();
  private readonly open: Open[] = [];
  private values = 0;
  private readonly limits: JsonLimits;

  constructor(limits: JsonLimits) {
    this.limits = limits;
  }

  key(text: string, from: number, to: number): void {
    const top = this.open[this.open.length - 1];
    if (top?.kept && this.hasRoom(top)) top.key = JSON.parse(text.slice(from, to)) as string;
  }

  /** A string, number or literal. Parsed only when it is kept. */
  scalar(text: string, from: number, to: number): void {
    const parent = this.open[this.open.length - 1];
    this.add(parent === undefined || this.hasRoom(parent) ? exact(text.slice(from, to)) : CUT_JSON);
  }

  start(isArray: boolean): void {
    const parent = this.open[this.open.length - 1];
    const kept = parent === undefined || (parent.kept && this.hasRoom(parent));
    const container: unknown[] | Record<string, unknown> = isArray ? [] : {};
    this.add(container);
    this.open.push({ container, kept, key: "", count: 0 });
  }

  end(): void {
    this.open.pop();
  }

  private hasRoom(parent: Open): boolean {
    return parent.kept && parent.count < this.limits.maxItems && this.values < this.limits.maxValues;
  }

  private add(value: unknown): void {
    const parent = this.open[this.open.length - 1];
    if (parent === undefined) {
      this.root = value;
    } else if (!parent.kept) {
      return;
    } else if (this.hasRoom(parent)) {
      this.values += 1;
      parent.count += 1;
      if (Array.isArray(parent.container)) parent.container.push(value);
      else own(parent.container, parent.key, value);
    } else {
      this.omitted.set(parent.container, (this.omitted.get(parent.container) ?? 0) + 1);
    }
  }
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
const SIMPLE_ESCAPES = new Set(Array.from('"\\/bfnrt', (char) => char.charCodeAt(0)));
const LITERALS: Readonly<Record<number, string>> = { 116: "true", 102: "false", 110: "null" };

/** One pass over the text. `nesting` holds which containers are open: 1 for an array, 2 for an object. */
class Scanner {
  private at = 0;
  private readonly nesting = new Uint8Array(MAX_JSON_DEPTH);
  private depth = 0;
  private readonly text: string;
  private readonly builder: Builder | null;

  constructor(text: string, builder: Builder | null) {
    this.text = text;
    this.builder = builder;
  }

  run(): void {
    for (;;) {
      // A container that has just opened holds nothing complete yet; one that closes is itself a complete value.
      if (this.value() && this.afterValue()) return;
    }
  }

  /** Reads a scalar, or opens a container. Whether a value is complete. */
  private value(): boolean {
    const code = this.skip();
    const from = this.at;
    if (code === 0x5b || code === 0x7b) return this.openContainer(code === 0x5b);
    if (code === 0x22) this.string();
    else if (code === 0x2d || isDigit(code)) this.number();
    else this.literal(code);
    this.builder?.scalar(this.text, from, this.at);
    return true;
  }

  private openContainer(isArray: boolean): boolean {
    if (this.depth >= MAX_JSON_DEPTH) {
      throw new PayloadError(
        "invalid_json",
        `the JSON nests deeper than ${MAX_JSON_DEPTH} levels: flatten it`,
      );
    }
    this.at += 1;
    this.nesting[this.depth] = isArray ? 1 : 2;
    this.depth += 1;
    this.builder?.start(isArray);
    if (this.skip() === (isArray ? 0x5d : 0x7d)) {
      this.close();
      return true;
    }
    if (!isArray) this.key();
    return false;
  }

  private close(): void {
    this.at += 1;
    this.depth -= 1;
    this.builder?.end();
  }

  /** Goes on to the next value. Whether the text is complete. */
  private afterValue(): boolean {
    for (;;) {
      const code = this.skip();
      if (this.depth === 0) return this.at >= this.text.length || this.fail("text after the value");
      const inArray = this.nesting[this.depth - 1] === 1;
      if (code === 0x2c) {
        this.at += 1;
        if (!inArray) this.key();
        return false;
      }
      if (code !== (inArray ? 0x5d : 0x7d)) this.fail(`"," or "${inArray ? "]" : "}"}" is missing`);
      this.close();
    }
  }

  private key(): void {
    if (this.skip() !== 0x22) this.fail("a key in double quotes is missing");
    const from = this.at;
    this.string();
    this.builder?.key(this.text, from, this.at);
    if (this.skip() !== 0x3a) this.fail('":" is missing');
    this.at += 1;
  }

  private string(): void {
    const { text } = this;
    let at = this.at + 1;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === 0x22) break;
      if (code === 0x5c) {
        const escaped = text.charCodeAt(at + 1);
        if (escaped === 0x75) {
          if (!/^[0-9a-fA-F]{4}$/.test(text.slice(at + 2, at + 6))) this.fail("a bad \\u escape", at);
          at += 6;
        } else if (SIMPLE_ESCAPES.has(escaped)) {
          at += 2;
        } else {
          this.fail("a bad escape", at);
        }
      } else if (code >= 0x20) {
        at += 1;
      } else {
        // NaN, past the end, lands here too.
        this.fail(at >= text.length ? "a string has no end" : "a control character inside a string", at);
      }
    }
    this.at = at + 1;
  }

  private digits(at: number): number {
    let end = at;
    while (isDigit(this.text.charCodeAt(end))) end += 1;
    return end > at ? end : this.fail("a digit is missing", at);
  }

  private number(): void {
    const { text } = this;
    let at = this.at;
    if (text.charCodeAt(at) === 0x2d) at += 1;
    at = text.charCodeAt(at) === 0x30 ? at + 1 : this.digits(at);
    if (text.charCodeAt(at) === 0x2e) at = this.digits(at + 1);
    if ((text.charCodeAt(at) | 0x20) === 0x65) {
      const sign = text.charCodeAt(at + 1);
      at = this.digits(sign === 0x2b || sign === 0x2d ? at + 2 : at + 1);
    }
    this.at = at;
  }

  private literal(code: number): void {
    const word = LITERALS[code];
    if (word === undefined || !this.text.startsWith(word, this.at)) this.fail("a value is missing");
    this.at += word.length;
  }

  /** The next character that is no white space; NaN at the end. */
  private skip(): number {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code;
      this.at += 1;
    }
  }

  private fail(what: string, at = this.at): never {
    throw new PayloadError("invalid_json", `not JSON: ${what} at character ${at}`);
  }
}
