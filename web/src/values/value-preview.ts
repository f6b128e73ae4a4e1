/** One line that says what a value is, read from its text within a budget: a megabyte costs no more than a line. */
import { numbersPreview } from "./bytes.ts";
import { eachMember, isList, isObject, isString, type Member, readKey, type Span } from "./json-span.ts";
import { type TagFields, tagFieldsAt } from "./tag-fields.ts";

const DEEPEST = 3;

/** `{ orderId: "A-1042", amount: 249.9, … }`, at most about `width` characters. */
export function previewAt(text: string, span: Span, width: number): string {
  return write(text, span, width, 0);
}

function write(text: string, span: Span, room: number, depth: number): string {
  if (isString(text, span)) return quote(text, span, room);
  if (isList(text, span)) return listText(text, span, room, depth, "[", "]");
  if (isObject(text, span)) {
    const fields = tagFieldsAt(text, span);
    return (fields && tagText(fields, room, depth)) ?? objectText(text, span, room, depth);
  }
  return text.slice(span.start, span.end);
}

/** A string as it is written, cut where neither an escape nor a surrogate pair breaks. */
function quote(text: string, span: Span, room: number): string {
  const limit = Math.max(8, room);
  if (span.end - span.start <= limit) return text.slice(span.start, span.end);
  const cut = text
    .slice(span.start, span.start + limit - 2)
    .replace(/\\(?:u[0-9a-fA-F]{0,3})?$/, "")
    .replace(/[\ud800-\udbff]$/, "");
  return `${cut}…"`;
}

function listText(
  text: string,
  span: Span,
  room: number,
  depth: number,
  open: string,
  close: string,
): string {
  if (depth >= DEEPEST) return `${open}…${close}`;
  return join(text, span, room, open, close, (member, left) => write(text, member.value, left, depth + 1));
}

function objectText(text: string, span: Span, room: number, depth: number): string {
  if (depth >= DEEPEST) return "{…}";
  const shown = join(text, span, room, "{ ", " }", (member, left) => {
    const key = readKey(text, member);
    if (key === "$cut") return "…";
    const name = /^[\w$]{1,40}$/.test(key) ? key : JSON.stringify(key.slice(0, 40));
    return `${name}: ${write(text, member.value, left - name.length - 2, depth + 1)}`;
  });
  return shown === "{  }" ? "{}" : shown;
}

type Writer = (member: Member, left: number) => string;

function join(text: string, span: Span, room: number, open: string, close: string, show: Writer): string {
  let out = open;
  let isFirst = true;
  for (const member of eachMember(text, span)) {
    const left = room - out.length - close.length;
    if (left < 6) return `${out}${isFirst ? "" : ", "}…${close}`;
    out += `${isFirst ? "" : ", "}${show(member, left)}`;
    isFirst = false;
  }
  return out + close;
}

/** A container's members as a look into it, without its class, which stands beside. */
export function tagPreview(fields: TagFields, width: number): string {
  const list = fields.span("entries") ?? fields.span("values");
  if (!list) return "";
  if (fields.tag === "set") return listText(fields.text, list, width, 0, "{", "}");
  if (fields.tag === "tuple") return listText(fields.text, list, width, 0, "(", ")");
  return pairsText(fields.text, list, width, 0);
}

function tagText(fields: TagFields, room: number, depth: number): string | null {
  const { text } = fields;
  const name = fields.string("class");
  const list = fields.span("entries") ?? fields.span("values");
  switch (fields.tag) {
    case "undefined":
      return "undefined";
    case "number":
      return fields.string("value");
    case "bigint":
      return `${fields.string("value") ?? ""}n`;
    case "date":
      return fields.string("value") ?? "Date(invalid)";
    case "map":
      return list && `${name ?? "Map"} ${pairsText(text, list, room, depth)}`;
    case "set":
      return list && `${name ?? "Set"} ${listText(text, list, room, depth, "{", "}")}`;
    case "tuple":
      return list && listText(text, list, room, depth, "(", ")");
    case "pairs":
      return list && `${name ?? ""} ${pairsText(text, list, room, depth)}`;
    case "plain":
      return list && pairsText(text, list, room, depth);
    case "object": {
      const properties = fields.span("properties");
      return properties && `${name ?? "object"} ${objectText(text, properties, room, depth)}`;
    }
    case "bytes":
      return `${name ?? "bytes"}(${fields.number("length") ?? "?"}) ${numbersPreview(fields, room)}`.trimEnd();
    case "error":
      return `${fields.string("name") ?? "Error"}: ${(fields.string("message") ?? "").slice(0, 80)}`;
    case "function":
      return `function ${fields.string("name") ?? ""}`.trimEnd();
    case "symbol":
      return `Symbol(${fields.string("description") ?? ""})`;
    case "regexp":
      return `/${fields.string("source") ?? ""}/${fields.string("flags") ?? ""}`;
    case "python":
      return fields.string("text");
    case "custom": {
      const value = fields.span("value");
      return `${name ?? ""} ${value ? write(text, value, room, depth + 1) : "…"}`;
    }
    case "cut": {
      const value = fields.span("value");
      return value && isString(text, value) ? quote(text, value, room) : "…";
    }
    case "redacted":
      return "<redacted>";
    case "getter":
      return "<getter>";
    case "ref":
      return "<seen before>";
    case "opaque":
      return `<${name ?? "object"}>`;
    default:
      return null;
  }
}

function pairsText(text: string, span: Span, room: number, depth: number): string {
  if (depth >= DEEPEST) return "{…}";
  return join(text, span, room, "{", "}", ({ value }, left) => {
    const [key, item] = isList(text, value) ? [...eachMember(text, value)] : [];
    if (!key || !item) return "…";
    const name = write(text, key.value, Math.min(left, 40), depth + 1);
    return `${name} → ${write(text, item.value, left - name.length - 3, depth + 1)}`;
  });
}
