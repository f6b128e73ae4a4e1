/**
 * Writes pickles that any Python 3 loads with nothing but its standard library, from plain or tagged JSON.
 *
 * What JSON says twice over is decided here: an integer-valued number becomes an int (`5.0` in the source text can no
 * longer be told from `5`), unless it is `-0` or so large (1e21 and more) that JavaScript itself would not write it in
 * digits. Values with no Python counterpart are refused, with their path: a lie would be worse.
 */
import { checkDepth } from "../depth.ts";
import { PayloadError } from "../errors.ts";
import { isPair, isRecord, type Tagged, tagOf } from "../tags.ts";
import { PickleOutput } from "./output.ts";
import { PYTHON_EXCEPTIONS } from "./python-names.ts";
import { follow, referencedIn } from "./references.ts";

type Path = readonly (string | number)[];

/** Members added at once. */
const BATCH = 1_000;

const REDUCE = 0x52;
const BUILD = 0x62;
const APPENDS = 0x65;
const SETITEMS = 0x75;
const ADDITEMS = 0x90;
const FROZENSET = 0x91;
const TUPLE = 0x74;
const TUPLE1 = 0x85;
const EMPTY_LIST = 0x5d;
const EMPTY_DICT = 0x7d;
const EMPTY_TUPLE = 0x29;
const EMPTY_SET = 0x8f;

/**
 * A pickle (protocol 4) of plain or tagged JSON: `undefined` becomes None, a Map a dict, a Set a set, bytes bytes, a
 * Date a `datetime.datetime` in UTC (its text outside Python's years 1 to 9999), an Error the builtin exception of its
 * name or `Exception`, a class instance a `types.SimpleNamespace` with its properties.
 *
 * @throws PayloadError `invalid_payload` for what Python has no word for (a function, a symbol, a part that was cut),
 * for what Python cannot hash, and for nesting past the limit.
 */
export function writePickle(value: unknown): Uint8Array {
  checkDepth(value);
  const writer = new Writer(value);
  return writer.document();
}

class Writer {
  private readonly out = new PickleOutput();
  private readonly root: unknown;
  /** Containers that a `ref` points to, and their memo index once they are written. */
  private readonly referenced: Map<object, number | undefined>;

  constructor(root: unknown) {
    this.root = root;
    this.referenced = new Map(Array.from(referencedIn(root), (target) => [target, undefined]));
  }

  document(): Uint8Array {
    this.out.start();
    this.value(this.root, []);
    return this.out.finish();
  }

  private value(value: unknown, path: Path): void {
    switch (typeof value) {
      case "boolean":
        this.out.bool(value);
        return;
      case "number":
        this.number(value);
        return;
      case "bigint":
        this.out.int(value);
        return;
      case "string":
        this.out.str(value);
        return;
      case "undefined":
        this.out.none();
        return;
      case "object":
        if (value === null) {
          this.out.none();
          return;
        }
        if (Array.isArray(value)) {
          this.list(value, path);
          return;
        }
        if (isRecord(value)) {
          this.record(value, path);
          return;
        }
    }
    refuse(path, `a ${typeof value}`);
  }

  private number(value: number): void {
    if (!Number.isInteger(value) || Object.is(value, -0) || Math.abs(value) >= 1e21) this.out.float(value);
    else this.out.int(Number.isSafeInteger(value) ? value : BigInt(value));
  }

  private list(values: readonly unknown[], path: Path): void {
    this.out.op(EMPTY_LIST);
    this.memoize(values);
    this.batches(values, APPENDS, (member, index) => this.value(member, [...path, index]));
  }

  /** As CPython does: a reader's stack then holds a batch and not the whole of a long list. */
  private batches(
    members: readonly unknown[],
    end: number,
    write: (member: unknown, index: number) => void,
  ): void {
    members.forEach((member, index) => {
      if (index % BATCH === 0) this.out.mark();
      write(member, index);
      if (index % BATCH === BATCH - 1 || index === members.length - 1) this.out.op(end);
    });
  }

  private record(record: Record<string, unknown>, path: Path): void {
    const tagged = tagOf(record);
    if (tagged === undefined) this.dict(record, Object.entries(record), path);
    else this.tagged(tagged, record, path);
  }

  private dict(source: object, entries: readonly unknown[], path: Path): void {
    this.out.op(EMPTY_DICT);
    this.memoize(source);
    this.batches(entries, SETITEMS, (entry, index) => {
      if (!isPair(entry)) refuse([...path, index], "an entry that is no [key, value] pair");
      const [key, value] = entry;
      this.hashable(key, [...path, index]);
      this.value(value, [...path, typeof key === "string" ? key : index]);
    });
  }

  private tagged(tagged: Tagged, source: object, path: Path): void {
    switch (tagged.tag) {
      case "undefined":
        this.out.none();
        return;
      case "number":
        this.out.float(tagged.value);
        return;
      case "bigint":
        this.out.int(tagged.value);
        return;
      case "date":
        this.date(tagged.value);
        return;
      case "map":
      case "plain":
        this.dict(source, tagged.entries, path);
        return;
      case "set":
        this.set(tagged.values, source, path);
        return;
      case "bytes":
        this.bytes(tagged.base64, path);
        return;
      case "error":
        this.error(tagged);
        return;
      case "object":
        this.namespace(tagged.properties, source, path);
        return;
      case "ref":
        this.reference(tagged.path, path);
        return;
      default:
        refuse(path, NO_COUNTERPART[tagged.tag]);
    }
  }

  private set(values: readonly unknown[], source: object, path: Path): void {
    this.out.op(EMPTY_SET);
    this.memoize(source);
    this.batches(values, ADDITEMS, (member, index) => this.hashable(member, [...path, index]));
  }

  /** A dict's key or a set's member: arrays become tuples and sets frozensets, as a Python programmer would write them. */
  private hashable(value: unknown, path: Path): void {
    if (Array.isArray(value)) {
      this.out.mark();
      value.forEach((member, index) => {
        this.hashable(member, [...path, index]);
      });
      this.out.op(TUPLE);
    } else if (isRecord(value)) {
      const tagged = tagOf(value);
      if (tagged === undefined || tagged.tag === "map" || tagged.tag === "plain" || tagged.tag === "object") {
        refuse(path, "an object as the key of a dict or the member of a set, which Python cannot hash");
      }
      // A ref would bring back the mutable container that it points to.
      if (tagged.tag === "ref") refuse(path, "a reference as the key of a dict or the member of a set");
      if (tagged.tag !== "set") {
        this.tagged(tagged, value, path);
        return;
      }
      this.out.mark();
      tagged.values.forEach((member, index) => {
        this.hashable(member, [...path, index]);
      });
      this.out.op(FROZENSET);
    } else {
      this.value(value, path);
    }
  }

  private bytes(base64: string, path: Path): void {
    let bytes: Uint8Array;
    try {
      bytes = Uint8Array.fromBase64(base64);
    } catch {
      refuse(path, "bytes that are not base64");
    }
    this.out.binary(bytes);
  }

  private date(text: string | null): void {
    const date = new Date(text ?? Number.NaN);
    // An invalid Date holds no time: None is what Python programs use for that.
    if (text === null) {
      this.out.none();
      return;
    }
    const year = date.getUTCFullYear();
    if (!(year >= 1 && year <= 9999)) {
      this.out.str(text);
      return;
    }
    this.out.global("datetime", "datetime");
    this.out.mark();
    for (const part of [year, date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCHours()])
      this.out.int(part);
    this.out.int(date.getUTCMinutes());
    this.out.int(date.getUTCSeconds());
    this.out.int(date.getUTCMilliseconds() * 1_000);
    // UTC the way Python pickles it: timezone(timedelta(0)), which gives the one timezone.utc.
    this.out.global("datetime", "timezone");
    this.out.global("datetime", "timedelta");
    this.out.int(0);
    this.out.op(TUPLE1);
    this.out.op(REDUCE);
    this.out.op(TUPLE1);
    this.out.op(REDUCE);
    this.out.op(TUPLE);
    this.out.op(REDUCE);
  }

  private error(error: Extract<Tagged, { tag: "error" }>): void {
    const known = PYTHON_EXCEPTIONS.has(error.name);
    this.out.global("builtins", known ? error.name : "Exception");
    this.out.str(known || error.name === "Error" ? error.message : `${error.name}: ${error.message}`);
    this.out.op(TUPLE1);
    this.out.op(REDUCE);
  }

  private namespace(properties: Readonly<Record<string, unknown>>, source: object, path: Path): void {
    this.out.global("types", "SimpleNamespace");
    this.out.op(EMPTY_TUPLE);
    this.out.op(REDUCE);
    this.memoize(source);
    this.dict(properties, Object.entries(properties), path);
    this.out.op(BUILD);
  }

  // --- references ---

  private memoize(source: object): void {
    if (this.referenced.has(source)) this.referenced.set(source, this.out.memoize());
  }

  private reference(target: readonly unknown[], path: Path): void {
    const object = follow(this.root, target);
    const index = object === undefined ? undefined : this.referenced.get(object);
    if (index === undefined) refuse(path, `a reference to ${JSON.stringify(target)}, which is not before it`);
    this.out.recall(index);
  }
}

const NO_COUNTERPART = {
  function: "a function",
  symbol: "a symbol",
  regexp: "a regular expression of JavaScript",
  opaque: "an object without readable content",
  getter: "a getter that was not run",
  cut: "a part that was cut when the value was recorded",
  pairs: "a list of names and values of the web platform",
  redacted: "a secret that was never sent",
  custom: "what an encoder of the program made of an object",
} as const;

function refuse(path: Path, what: string): never {
  const where = path.length === 0 ? "the value" : `the value at ${path.map(String).join(".").slice(0, 200)}`;
  throw new PayloadError("invalid_payload", `${where} is ${what}: it cannot be sent to a Python program`);
}
