/** Looks into values that are kept, at any place, in answers that stay small. */
import type { Look, LookQuery } from "../protocol/look.ts";
import { bounded, DEFAULT_CHARS, kindOf, membersOf, parsePath, step } from "./bounded.ts";
import { Refusal } from "./engine/refusal.ts";
import type { Payload, Store } from "./store/store.ts";
import { isCid, prettyOf, treeOf } from "./values/index.ts";

/** Members of a list that are shown at once. */
const USUAL_LIMIT = 50;

/** A value that was read is kept for the next look so long, in ms: reading 50 MB takes a second. */
const KEPT_MS = 30_000;

interface Read {
  payload: Payload;
  root: unknown;
}

export class Looks {
  readonly #store: Store;
  #last: Read | null = null;
  #forget: ReturnType<typeof setTimeout> | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  look(cid: string, { path = "", offset = 0, limit, max_chars = DEFAULT_CHARS }: LookQuery): Look {
    const { payload, root } = this.#read(cid);
    const found = at(root, path);
    const { piece, next } = pieceOf(found, offset, limit, max_chars);
    const { value, cut } = bounded(shownOf(piece), { chars: max_chars });
    return {
      cid,
      serialization_format: payload.format,
      size: payload.bytes.length,
      at: path === "" ? "the whole value" : path,
      kind: kindOf(found),
      value,
      ...(isPlain(found) ? { keys: Object.keys(found).slice(0, 100) } : {}),
      next_offset: next,
      cut,
    };
  }

  close(): void {
    clearTimeout(this.#forget);
    this.#last = null;
  }

  #read(cid: string): Read {
    clearTimeout(this.#forget);
    if (this.#last?.payload.cid !== cid) {
      this.#last = null;
      const payload = isCid(cid) ? this.#store.getPayload(cid) : null;
      if (!payload) {
        throw new Refusal(
          "value_not_found",
          `No value with the CID ${JSON.stringify(cid.slice(0, 140))} is kept here. A CID is the SHA-512 of the value's bytes, 128 hex digits.`,
        );
      }
      this.#last = { payload, root: JSON.parse(treeOf(payload.format, payload.bytes)) as unknown };
    }
    this.#forget = setTimeout(() => this.close(), KEPT_MS);
    return this.#last;
  }
}

function at(value: unknown, path: string): unknown {
  let found = value;
  let done = "";
  for (const key of stepsOf(path)) {
    const members = membersOf(found);
    if (typeof members !== "object" || members === null || !Object.hasOwn(members, key)) {
      const names = isPlain(members) ? Object.keys(members).slice(0, 20).join(", ") || "no names" : "";
      throw new Refusal(
        "invalid_request",
        `There is no ${step(key)} at ${done || "the value"}, which is ${withArticle(kindOf(members))}${names === "" ? "" : `; there are ${names}`}.`,
      );
    }
    found = Reflect.get(members, key);
    done += step(key);
  }
  return found;
}

function stepsOf(path: string): (string | number)[] {
  try {
    return parsePath(path);
  } catch (error) {
    throw new Refusal("invalid_request", error instanceof Error ? error.message : String(error));
  }
}

const withArticle = (kind: string): string =>
  /^(array|object)/.test(kind) ? `an ${kind}` : kind.startsWith("text") ? `a ${kind}` : kind;

const isPlain = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function pieceOf(
  value: unknown,
  offset: number,
  limit: number | undefined,
  chars: number,
): { piece: unknown; next: number | null } {
  const next = (length: number, end: number) => (end < length ? end : null);
  if (typeof value === "string") {
    const end = offset + Math.min(limit ?? chars, chars);
    return { piece: value.slice(offset, end), next: next(value.length, end) };
  }
  const end = offset + (limit ?? USUAL_LIMIT);
  if (Array.isArray(value)) return { piece: value.slice(offset, end), next: next(value.length, end) };
  if (!isPlain(value) || "$type" in value) return { piece: value, next: null };
  const entries = Object.entries(value);
  return { piece: Object.fromEntries(entries.slice(offset, end)), next: next(entries.length, end) };
}

/** Tags within are shown as people read them: a Date as a date. Texts are shortened first, for they may be long. */
function shownOf(piece: unknown): unknown {
  if (typeof piece !== "object" || piece === null) return piece;
  return prettyOf("json", new TextEncoder().encode(JSON.stringify(piece)));
}
