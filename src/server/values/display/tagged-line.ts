/** Plain and tagged JSON in one bounded line, in JavaScript's notation: `{ orderId: "A-1042", "odd key": [1, 2] }`. */
import { numbersOf } from "../../../protocol/typed-arrays.ts";
import { CUT_JSON } from "../json.ts";
import { isPair, isRecord, type Tagged, tagOf } from "../tags.ts";
import { Line, MAX_TEXT, more, printable, type View } from "./view.ts";

/** As the page has it. */
const PLAIN_NAME = /^[\w$]{1,40}$/;

/** Which containers were cut when the text was read, and by how much. */
export type Omitted = WeakMap<object, number>;

/** Writes values to a line, within a display's bounds. */
export class TaggedLine {
  readonly line: Line;
  private readonly view: View;
  private readonly omitted: Omitted;

  constructor(view: View, omitted: Omitted, limit: number) {
    this.view = view;
    this.omitted = omitted;
    this.line = new Line(limit);
  }

  value(value: unknown): void {
    if (this.line.full) return;
    if (value === CUT_JSON || !this.view.spend()) this.add("…");
    else if (typeof value === "string") this.string(value);
    else if (Array.isArray(value)) this.list("[", value, "]");
    else if (isRecord(value)) this.record(value);
    else this.add(String(value));
  }

  private add(text: string): void {
    this.line.add(text);
  }

  private name(text: string): void {
    this.line.add(printable(text.slice(0, 500)));
  }

  private string(value: string): void {
    const shown = value.slice(0, Math.min(MAX_TEXT, this.line.room));
    this.add(printable(JSON.stringify(shown)));
    if (shown.length < value.length) this.add(more(value.length - shown.length));
  }

  private record(record: Record<string, unknown>): void {
    const tagged = tagOf(record);
    if (tagged === undefined) this.properties(record);
    else this.guard(record, () => this.tagged(tagged));
  }

  private guard(container: object, write: () => void): void {
    const outcome = this.view.inside(container, write);
    if (outcome === "cycle") this.add("<cycle>");
    else if (outcome === "deep") this.add("<too deep to show>");
  }

  private list(open: string, values: readonly unknown[], close: string): void {
    this.guard(values, () => {
      this.add(open);
      this.members(values, (value) => this.value(value));
      this.add(close);
    });
  }

  private members(
    source: readonly unknown[],
    write: (member: unknown) => void,
    holder: object = source,
  ): void {
    const shown = this.view.room(source.length);
    for (let i = 0; i < shown && !this.line.full; i += 1) {
      if (i > 0) this.add(", ");
      write(source[i]);
    }
    const rest = source.length - shown + (this.omitted.get(holder) ?? 0);
    if (rest > 0) this.add(shown > 0 ? `, ${more(rest)}` : more(rest));
  }

  private properties(record: Readonly<Record<string, unknown>>): void {
    const names = Object.keys(record);
    this.guard(record, () => {
      this.open(names, record);
      this.members(
        names,
        (key) => {
          this.key(key);
          this.add(": ");
          this.value(record[String(key)]);
        },
        record,
      );
      this.close(names, record);
    });
  }

  /** A brace, with a blank where something follows. */
  private open(members: readonly unknown[], holder: object): void {
    this.add(this.isEmpty(members, holder) ? "{" : "{ ");
  }

  private close(members: readonly unknown[], holder: object): void {
    this.add(this.isEmpty(members, holder) ? "}" : " }");
  }

  private isEmpty(members: readonly unknown[], holder: object): boolean {
    return members.length + (this.omitted.get(holder) ?? 0) === 0;
  }

  /** The name of a property: in quotes when it is no plain word. */
  private key(key: unknown): void {
    if (typeof key === "string" && PLAIN_NAME.test(key)) this.add(key);
    else this.value(key);
  }

  private entries(entries: readonly unknown[], arrow: string): void {
    this.members(entries, (entry) => {
      if (!isPair(entry)) {
        this.value(entry);
        return;
      }
      if (arrow === ": ") this.key(entry[0]);
      else this.value(entry[0]);
      this.add(arrow);
      this.value(entry[1]);
    });
  }

  private size(values: readonly unknown[]): string {
    return (values.length + (this.omitted.get(values) ?? 0)).toLocaleString("en-US");
  }

  private tagged(tagged: Tagged): void {
    switch (tagged.tag) {
      case "map":
        this.add(`Map(${this.size(tagged.entries)}) {`);
        this.entries(tagged.entries, " => ");
        this.add("}");
        break;
      case "pairs":
        this.name(`${tagged.class}(${this.size(tagged.entries)}) {`);
        this.entries(tagged.entries, " => ");
        this.add("}");
        break;
      case "custom":
        this.name(`${tagged.class || "Object"} `);
        if (tagged.error === null) this.value(tagged.value);
        else this.name(`<its encoder threw ${tagged.error}>`);
        break;
      case "plain":
        this.open(tagged.entries, tagged.entries);
        this.entries(tagged.entries, ": ");
        this.close(tagged.entries, tagged.entries);
        break;
      case "set":
        this.add(`Set(${this.size(tagged.values)}) `);
        this.list("{", tagged.values, "}");
        break;
      case "error":
        this.error(tagged);
        break;
      case "object":
        this.name(`${tagged.class || "Object"} `);
        this.properties(tagged.properties);
        break;
      default:
        this.name(shortText(tagged));
    }
  }

  private error(error: Extract<Tagged, { tag: "error" }>): void {
    this.name(error.message === "" ? error.name : `${error.name}: ${error.message}`);
    if (error.properties !== undefined && Object.keys(error.properties).length > 0) {
      this.add(" ");
      this.properties(error.properties);
    }
    if (error.cause !== undefined) {
      this.add(" [cause: ");
      this.value(error.cause);
      this.add("]");
    }
  }
}

/** Bytes shown of a buffer. */
const SHOWN_BYTES = 32;

/** Tags that hold no other values. */
function shortText(
  tagged: Exclude<Tagged, { tag: "map" | "plain" | "set" | "error" | "object" | "pairs" | "custom" }>,
): string {
  switch (tagged.tag) {
    case "undefined":
      return "undefined";
    case "number":
      return Object.is(tagged.value, -0) ? "-0" : String(tagged.value);
    case "bigint":
      return `${tagged.value}n`;
    case "date":
      return tagged.value ?? "Invalid Date";
    case "bytes":
      return bytesText(tagged);
    case "function":
      return `<function ${tagged.name || "(anonymous)"}>`;
    case "symbol":
      return `Symbol(${tagged.description})`;
    case "regexp":
      return `/${tagged.source}/${tagged.flags}`;
    case "opaque":
      return `<${tagged.class}>`;
    case "getter":
      return "<getter, not run>";
    case "redacted":
      return "<redacted>";
    case "ref":
      return tagged.path.length === 0 ? "<same as the whole value>" : `<same as ${pathText(tagged.path)}>`;
    case "cut":
      return `<${tagged.kind}${tagged.size === null ? "" : ` of ${tagged.size.toLocaleString("en-US")}`}, cut>`;
  }
}

function pathText(path: readonly unknown[]): string {
  return path
    .slice(0, 50)
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
    .join("");
}

function bytesText(tagged: Extract<Tagged, { tag: "bytes" }>): string {
  // Only the beginning is decoded: four characters hold three bytes.
  const head = Buffer.from(tagged.base64.slice(0, 44), "base64").subarray(0, SHOWN_BYTES);
  const numbers = numbersOf(tagged.class, head);
  const shown =
    numbers?.join(", ") ?? Array.from(head, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const rest = tagged.length - (numbers ?? head).length;
  const end = rest > 0 ? `${numbers ? ", " : " "}${more(rest)}` : "";
  return `${tagged.class}(${tagged.length.toLocaleString("en-US")}) [${shown}${end}]`;
}
