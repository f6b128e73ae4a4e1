/** The bounds of one display, and how a cut is written. A display is for people: it stays small whatever it shows. */

export const MAX_DEPTH = 12;
export const MAX_ITEMS = 200;
export const MAX_TEXT = 10_000;
const MAX_NODES = 5_000;
/** Characters of one display in all: many long texts are bounded too. */
const MAX_CHARS = 500_000;

/** What is left for one display, and the containers that are open, by identity, to notice cycles. */
export class View {
  private nodes = MAX_NODES;
  private chars = MAX_CHARS;
  private readonly open = new Set<object>();

  /** Counts one value. Whether there was room for it. */
  spend(): boolean {
    this.nodes -= 1;
    return this.nodes >= 0;
  }

  get spent(): boolean {
    return this.nodes <= 0;
  }

  /** Runs `show` inside a container; undefined for one that is open already, or too deep. */
  inside<T>(container: object, show: () => T): T | "cycle" | "deep" {
    if (this.open.has(container)) return "cycle";
    if (this.open.size >= MAX_DEPTH) return "deep";
    this.open.add(container);
    try {
      return show();
    } finally {
      this.open.delete(container);
    }
  }

  /** Members of a container that may be shown. */
  room(size: number): number {
    return this.spent ? 0 : Math.min(size, MAX_ITEMS);
  }

  /** A text within the limits; `omitted` characters were dropped before. */
  text(text: string, omitted = 0): string {
    const shown = cutText(text, Math.min(MAX_TEXT, Math.max(this.chars, 100)), omitted);
    this.chars -= shown.length;
    return shown;
  }
}

/** "4,800 more", as a cut is written everywhere. */
export function more(count: number): string {
  return `… (${count.toLocaleString("en-US")} more)`;
}

/** The beginning of a text, and how many characters were left out. Never ends inside a surrogate pair. */
export function cutText(text: string, limit: number, omitted = 0): string {
  if (text.length <= limit) return omitted > 0 ? text + more(omitted) : text;
  const last = text.charCodeAt(limit - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit;
  return text.slice(0, end) + more(text.length - end + omitted);
}

/** One line of text that stops growing at a limit; who writes to it looks at `full` to stop early. */
export class Line {
  private text = "";
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  get full(): boolean {
    return this.text.length > this.limit;
  }

  get room(): number {
    return Math.max(0, this.limit - this.text.length) + 1;
  }

  add(text: string): void {
    if (!this.full) this.text += text;
  }

  /** The text; what did not fit is marked, uncounted, for it was never written. */
  toString(): string {
    if (!this.full) return this.text;
    const last = this.text.charCodeAt(this.limit - 2);
    return `${this.text.slice(0, last >= 0xd800 && last <= 0xdbff ? this.limit - 2 : this.limit - 1)}…`;
  }
}

const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}\u00a0]/gu;

/**
 * Escapes what could pass for something else on a page or a terminal: control characters, bidi controls, lone
 * surrogates.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (char) => {
    const code = char.codePointAt(0) ?? 0;
    if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
    return code <= 0xffff
      ? `\\u${code.toString(16).padStart(4, "0")}`
      : `\\U${code.toString(16).padStart(8, "0")}`;
  });
}
