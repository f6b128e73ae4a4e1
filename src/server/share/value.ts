/** A value of tagged JSON (src/protocol/values.ts) as HTML that opens and closes by itself: nothing runs. */
import { type JsonValue, TYPE_TAG } from "../../protocol/values.ts";
import { escaped } from "./escape.ts";

/** Longer texts open. */
const LONG = 160;
/** Deeper, or more of them, is cut: a page must open. */
const DEEPEST = 40;
const MOST = 20_000;

type Fields = { [key: string]: JsonValue };
type Child = readonly [name: string, value: JsonValue];

/** A row of a value: its name, and the value after it. */
export function valueHtml(name: string, value: JsonValue, room = { nodes: MOST }, depth = 0): string {
  room.nodes--;
  const key = name === "" ? "" : `<b>${escaped(name)}</b> `;
  if (room.nodes < 0 || depth > DEEPEST) return `<div>${key}<i>more, not in this file</i></div>`;
  if (typeof value === "string" && value.length > LONG)
    return `<details><summary>${key}<q>${escaped(JSON.stringify(value.slice(0, LONG)))}…</q> <i>${value.length} characters</i></summary><pre>${escaped(value)}</pre></details>`;
  const children = childrenOf(value);
  const label = labelOf(value);
  if (children.length === 0) return `<div>${key}${label}</div>`;
  const open = depth < 2 ? " open" : "";
  let rows = "";
  for (const [at, child] of children) {
    rows += valueHtml(at, child, room, depth + 1);
    if (room.nodes < 0) break;
  }
  return `<details${open}><summary>${key}${label}</summary><div class="in">${rows}</div></details>`;
}

const tagOf = (value: Fields): string | null => {
  const tag = Object.hasOwn(value, TYPE_TAG) ? value[TYPE_TAG] : undefined;
  return typeof tag === "string" ? tag : null;
};

const isFields = (value: JsonValue | undefined): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const list = (value: JsonValue | undefined): JsonValue[] => (Array.isArray(value) ? value : []);

const word = (value: JsonValue | undefined, otherwise: string): string =>
  typeof value === "string" && value !== "" ? value : otherwise;

function childrenOf(value: JsonValue): readonly Child[] {
  if (Array.isArray(value)) return value.map((each, at) => [String(at), each]);
  if (!isFields(value)) return [];
  if (tagOf(value) === null) return Object.entries(value);
  const properties = isFields(value.properties) ? Object.entries(value.properties) : [];
  const entries = list(value.entries).map((entry): Child => {
    const [key = null, held = null] = list(entry);
    return [typeof key === "string" ? key : JSON.stringify(key), held];
  });
  const parts = ["cause", "stack", "value"].flatMap((part): Child[] => {
    const held = value[part];
    const isShown = held !== undefined && (part !== "value" || tagOf(value) === "custom");
    return isShown ? [[part, held]] : [];
  });
  return [
    ...entries,
    ...list(value.values).map((each, at): Child => [String(at), each]),
    ...properties,
    ...parts,
  ];
}

/** What it is, in a word or two; the whole of a value without parts. */
function labelOf(value: JsonValue): string {
  if (typeof value === "string") return `<q>${escaped(JSON.stringify(value))}</q>`;
  if (value === null || typeof value !== "object") return `<var>${String(value)}</var>`;
  if (Array.isArray(value)) return `<em>Array(${value.length})</em>`;
  const tag = tagOf(value);
  const kind = (text: string) => `<em>${escaped(text)}</em>`;
  const plain = (text: string) => `<var>${escaped(text)}</var>`;
  switch (tag) {
    case null:
    case "plain":
      return kind(`{${Object.keys(value).length === 0 ? "" : "…"}}`);
    case "undefined":
      return plain("undefined");
    case "number":
      return plain(word(value.value, "NaN"));
    case "bigint":
      return plain(`${word(value.value, "?")}n`);
    case "date":
      return `${kind("Date")} ${plain(word(value.value, "invalid"))}`;
    case "map":
      return kind(`Map(${list(value.entries).length})`);
    case "set":
      return kind(`Set(${list(value.values).length})`);
    case "tuple":
      return kind(`tuple(${list(value.values).length})`);
    case "bytes":
      return `${kind(`${word(value.class, "bytes")}(${String(value.length)})`)}`;
    case "error":
      return `${kind(word(value.name, word(value.class, "Error")))} <s>${escaped(word(value.message, ""))}</s>`;
    case "function":
      return kind(`function ${word(value.name, "(anonymous)")}`);
    case "symbol":
      return kind(`Symbol(${word(value.description, "")})`);
    case "regexp":
      return plain(`/${word(value.source, "")}/${word(value.flags, "")}`);
    case "cut":
      return `<i>cut: ${escaped(word(value.kind, "value"))}, ${escaped(String(value.size ?? "?"))}</i>`;
    case "ref":
      return "<i>seen before in this value</i>";
    case "redacted":
      return "<i>redacted: it stayed in the program</i>";
    default:
      return kind(word(value.class, tag));
  }
}
