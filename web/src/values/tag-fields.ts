/** Tagged JSON (src/protocol/values.ts) read by place: which tag an object is, and where its parts stand. */
import { eachMember, isObject, isString, type Member, readKey, readScalar, type Span } from "./json-span.ts";

/** No tag has more parts. */
const MOST_FIELDS = 9;

/** The parts of a tag by name. */
export class TagFields {
  constructor(
    readonly tag: string,
    readonly text: string,
    private readonly fields: ReadonlyMap<string, Span>,
  ) {}

  span(name: string): Span | null {
    return this.fields.get(name) ?? null;
  }

  string(name: string): string | null {
    const value = this.scalar(name);
    return typeof value === "string" ? value : null;
  }

  number(name: string): number | null {
    const value = this.scalar(name);
    return typeof value === "number" ? value : null;
  }

  isNull(name: string): boolean {
    const span = this.span(name);
    return span !== null && this.text.slice(span.start, span.end) === "null";
  }

  private scalar(name: string): unknown {
    const span = this.span(name);
    return span === null || /[[{]/.test(this.text[span.start] ?? "") ? null : readScalar(this.text, span);
  }
}

/** The tag that an object is; null when it is plain JSON. */
export function tagFieldsAt(text: string, span: Span): TagFields | null {
  if (!isObject(text, span)) return null;
  const fields = new Map<string, Span>();
  for (const member of eachMember(text, span)) {
    if (fields.size >= MOST_FIELDS) return null;
    fields.set(readKey(text, member), member.value);
  }
  const tag = fields.get("$type");
  if (!tag || !isString(text, tag)) return null;
  return new TagFields(String(readScalar(text, tag)), text, fields);
}

/** Whether a member says that the rest was cut: the last of a list, or `$cut` in an object. */
export function cutOf(text: string, member: Member): { kind: string; size: number | null } | null {
  const fields = tagFieldsAt(text, member.value);
  if (fields?.tag !== "cut") return null;
  return { kind: fields.string("kind") ?? "value", size: fields.number("size") };
}
