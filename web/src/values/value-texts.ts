/** Values fetched by their CID, as texts of trees. What has a CID never changes, so each is fetched once. */
import { useSyncExternalStore } from "preact/compat";
import type { ValueTree } from "../../../src/protocol/source.ts";
import { formatJson } from "./json-text.ts";

export type ValueText =
  | { readonly state: "loading" }
  | { readonly state: "there"; readonly text: string }
  | { readonly state: "failed"; readonly message: string };

const LOADING: ValueText = { state: "loading" };
/** Characters kept in all; the values not used for longest are dropped. */
const MOST_CHARS = 200_000_000;
/** Past this many characters a value is shown as it came, not laid out. */
const LAID_OUT = 100_000;

const texts = new Map<string, ValueText>();
const listeners = new Set<() => void>();
let version = 0;

function keep(cid: string, text: ValueText): void {
  texts.delete(cid);
  texts.set(cid, text);
  let chars = 0;
  for (const each of texts.values()) chars += each.state === "there" ? each.text.length : 0;
  for (const [oldest, each] of texts) {
    if (chars <= MOST_CHARS || oldest === cid) break;
    chars -= each.state === "there" ? each.text.length : 0;
    texts.delete(oldest);
  }
  version += 1;
  for (const listener of listeners) listener();
}

/** What is known of a value; asks for it when nothing is. `load` makes the request. */
export function valueText(cid: string, load: (cid: string) => Promise<ValueTree>): ValueText {
  const known = texts.get(cid);
  if (known) return known;
  texts.set(cid, LOADING);
  load(cid).then(
    ({ text }) => keep(cid, { state: "there", text: text.length > LAID_OUT ? text : formatJson(text) }),
    (error: unknown) =>
      keep(cid, { state: "failed", message: error instanceof Error ? error.message : String(error) }),
  );
  return LOADING;
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Rises whenever a value has arrived. */
export const useValueTexts = (): number => useSyncExternalStore(subscribe, () => version);
