/**
 * Payloads for people. Bounded in every direction (depth, items, characters, values) and never throwing: what cannot
 * be read says so in the place where it would have been shown. Cuts are shown, with the real size.
 */
import type { SerializationFormat } from "../../protocol/payload.ts";
import { PythonLine } from "./display/python-line.ts";
import { prettyNode } from "./display/python-pretty.ts";
import { taggedNode } from "./display/python-tagged.ts";
import { TaggedLine } from "./display/tagged-line.ts";
import { prettyTagged } from "./display/tagged-pretty.ts";
import { printable, View } from "./display/view.ts";
import { type JsonDocument, readJson } from "./json.ts";
import type { PickleNode } from "./pickle/nodes.ts";
import { type PickleLimits, readPickle } from "./pickle/read.ts";

/** What is kept of a payload to be shown: more than is shown, so that sizes and later keys are right. */
const READ_LIMITS: PickleLimits = { maxValues: 500_000, maxItems: 1_000, maxTextBytes: 65_536 };

/** Texts up to this go through JSON.parse, which is faster; longer ones could cost it twenty times their size. */
const PLAIN_PARSE = 1_000_000;

/**
 * A payload as plain JSON, for `pretty_args` and the like.
 *
 * What JSON can say is itself: `"hello"`, `{ "beta": 2 }`, a Python tuple as an array, a dict as an object. Anything
 * else is a short text in its own language's notation: `Map(1) {"a" => 1}`, `datetime.date(2026, 1, 2)`,
 * `os.system('ls')  (a call stored in the pickle; not run)`. A class instance of a JavaScript program is an object
 * with `__class__`; a Python value that could not be pickled is one with `__unpicklable__`.
 */
export function prettyOf(format: SerializationFormat, bytes: Uint8Array): unknown {
  return guarded(format, bytes, () => {
    const view = new View();
    if (format === "dill") return prettyNode(view, readNode(bytes));
    const { value, omitted } = readText(bytes);
    return prettyTagged(view, omitted, value);
  });
}

/** What a tree keeps of a payload: it is opened node by node, so more than a display of the whole. */
const TREE_LIMITS: PickleLimits = { maxValues: 500_000, maxItems: 20_000, maxTextBytes: 1_000_000 };

/**
 * A payload as the text of a tree: tagged JSON as it came, a pickle as tagged JSON with Python's names (see
 * python-tagged.ts). What cannot be read is a text that says why.
 */
export function treeOf(format: SerializationFormat, bytes: Uint8Array): string {
  if (format === "json") return new TextDecoder().decode(bytes);
  const tree = guarded(format, bytes, () => ({ text: taggedNode(readPickle(bytes, TREE_LIMITS).value) }));
  return typeof tree === "string" ? `{"$type":"python","text":${JSON.stringify(tree)}}` : tree.text;
}

/** A payload in one line of at most `limit` characters, in its own language's notation. */
export function reprOf(format: SerializationFormat, bytes: Uint8Array, limit = 200): string {
  if (limit < 1) return "";
  const text = guarded(format, bytes, () => {
    const view = new View();
    if (format === "dill") {
      const out = new PythonLine(view, limit);
      out.node(readNode(bytes));
      return String(out.line);
    }
    const { value, omitted } = readText(bytes);
    const out = new TaggedLine(view, omitted, limit);
    out.value(value);
    return String(out.line);
  });
  // A reason why it cannot be read may still be too long.
  return text.length <= limit ? text : `${text.slice(0, limit - 1).toWellFormed()}…`;
}

function readNode(bytes: Uint8Array): PickleNode {
  return readPickle(bytes, READ_LIMITS).value;
}

function readText(bytes: Uint8Array): JsonDocument {
  const text = new TextDecoder().decode(bytes);
  // Sixteen digits may be an integer that JSON.parse would round.
  if (text.length <= PLAIN_PARSE && !/\d{16}/.test(text))
    return { value: JSON.parse(text), omitted: new WeakMap() };
  return readJson(text, READ_LIMITS);
}

function guarded<T>(format: SerializationFormat, bytes: Uint8Array, show: () => T): T | string {
  try {
    return show();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const reason = printable(message).slice(0, 200).toWellFormed();
    const kind = format === "dill" ? "pickle" : "JSON";
    return `<unreadable ${kind}: ${reason} (${bytes.length.toLocaleString("en-US")} bytes)>`;
  }
}
