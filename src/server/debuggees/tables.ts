/** What a connection has spelled out once and names by numbers from then on: texts, names of functions, call sites. */

import type { StackFrame } from "../../protocol/calls.ts";
import type { CallsFrame, TextRef } from "../../protocol/debuggee-frames.ts";
import type { Item } from "../engine/calls.ts";
import type { SharedSite, SharedText } from "../store/store.ts";
import { checkDepth } from "../values/depth.ts";
import { checkJson } from "../values/json.ts";
import { Violation } from "./violation.ts";

/** A value's text under its CID, which is made when it is asked for: a program waits for what comes before that. */
export class Text implements SharedText {
  readonly text: string;
  /** The store got it, and has removed values this often by then (`Store.prunes`); -1 before that. */
  kept = -1;
  id = 0;
  era = -1;
  #cid: string | null = null;

  constructor(text: string) {
    this.text = text;
  }

  get cid(): string {
    this.#cid ??= Bun.SHA512.hash(this.text, "hex");
    return this.#cid;
  }
}

export interface Site extends SharedSite {
  readonly frames: StackFrame[];
}

/** A text that is shorter cannot nest deeper than is allowed, so that parsing it natively is check enough. */
const SHORT = 4_000;

export class Tables {
  /** Characters of all texts together. */
  size = 0;
  readonly #texts: Text[] = [];
  readonly #names: string[] = [];
  readonly #sites: Site[] = [];

  /** Takes in what a batch spells out. Throws a Violation for a text that is no JSON. */
  add({ names, texts, sites }: CallsFrame): void {
    if (names) for (const [ref, name] of names) this.#names[ref] = name;
    if (texts) for (const [ref, text] of texts) this.#put(ref, text);
    if (sites) for (const [ref, frames] of sites) this.#sites[ref] = siteOf(frames);
  }

  text(ref: TextRef): Text {
    if (typeof ref !== "number") {
      return this.#put(ref[0], ref[1]);
    }
    return this.#texts[ref] ?? unknown("text", ref);
  }

  /** Takes in what is spelled out among texts that are not used now. */
  learn(refs: readonly TextRef[]): void {
    for (const ref of refs) if (typeof ref !== "number") this.text(ref);
  }

  #put(ref: number, text: string): Text {
    const before = this.#texts[ref];
    // Calls that ask spell their values out each time, and these are often the same.
    if (before?.text === text) return before;
    this.size += text.length - (before?.text.length ?? 0);
    const known = textOf(text);
    this.#texts[ref] = known;
    return known;
  }

  /** A text that gets no number. */
  once(text: string): Text {
    return textOf(text);
  }

  name(ref: number): string {
    return this.#names[ref] ?? unknown("name", ref);
  }

  site(ref: number): Site {
    return this.#sites[ref] ?? unknown("site", ref);
  }
}

function unknown(what: string, ref: number): never {
  throw new Violation(
    "unknown_ref",
    `No ${what} was spelled out under the number ${ref} on this connection.`,
  );
}

function textOf(text: string): Text {
  try {
    if (text.length > SHORT) checkJson(text);
    else JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Violation("invalid_frame", `The text of a value is not JSON: ${reason}.`);
  }
  return new Text(text);
}

/** A text as the engine refers to it. */
export const itemOf = (value: Text, clientRef: number | null = null): Item => ({
  get cid() {
    return value.cid;
  },
  format: "json",
  clientRef,
  text: value.text,
});

const siteOf = (frames: StackFrame[]): Site => ({
  frames,
  json: JSON.stringify(checkedSite(frames)),
  id: 0,
  era: -1,
});

/** Frames may carry fields that we do not know: those are kept, unless they nest without end. */
export function checkedSite(frames: StackFrame[]): StackFrame[] {
  try {
    for (const frame of frames) for (const key in frame) checkMember(frame[key as keyof StackFrame]);
    return frames;
  } catch {
    throw new Violation("invalid_frame", "A stack nests too deep.");
  }
}

/** Throws when a part of a frame nests too deep to be walked later on. */
export function checkMember(value: unknown): void {
  if (typeof value === "object" && value !== null) checkDepth(value);
}
