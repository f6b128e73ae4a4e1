/** Objects of Python's standard library, of dill and of numpy, as their programmers know them. */
import type { ObjectNode, PickleNode } from "../pickle/nodes.ts";
import { placeholderOf } from "./placeholder.ts";
import { dateText, timedeltaParts, timeText } from "./python-dates.ts";
import { codeName, numpyText } from "./python-libraries.ts";
import { isCall } from "./python-names.ts";
import { itemsOf, nameOf, type PythonObject, resolveObject, textOf } from "./python-object.ts";
import type { NodeWriter } from "./python-writer.ts";

type Known = (out: NodeWriter, object: PythonObject) => boolean;

/** Writes an object: as what it is when it is known, else as its class or function with what it would be given. */
export function writeObject(out: NodeWriter, node: ObjectNode): void {
  const placeholder = placeholderOf(node);
  if (placeholder !== undefined) {
    out.name(placeholder.shown);
    out.add(" (could not be pickled: ");
    out.name(placeholder.error);
    if (placeholder.attributes !== undefined) {
      out.add("; attributes: ");
      out.node(placeholder.attributes);
    }
    out.add(")");
    return;
  }
  const object = resolveObject(node);
  if (Object.hasOwn(KNOWN, object.name) && KNOWN[object.name]?.(out, object)) return;
  const special = numpyText(object) ?? codeName(object);
  if (special === undefined) writeGeneric(out, object);
  else out.name(special);
}

/** `Point(1, 2, x=3)`; a call that would do something says that it is one. */
function writeGeneric(out: NodeWriter, object: PythonObject): void {
  const { node } = object;
  const call = object.name === "" ? !object.isInstance : !object.isInstance && isCall(object.name);
  if (object.name === "") out.node(object.callable);
  else out.name(object.name);
  out.add("(");
  writeArguments(out, object);
  out.add(")");
  if (call) out.add("  (a call stored in the pickle; not run)");
  if (node.omitted > 0) out.add(`  (${node.omitted.toLocaleString("en-US")} items not shown)`);
}

function writeArguments(out: NodeWriter, object: PythonObject): void {
  const { node } = object;
  const parts: (() => void)[] = [];
  if (object.args.length > 0) parts.push(() => out.items(object.args, omittedOf(node.args)));
  if (object.kwargs.length > 0) parts.push(() => out.entries(object.kwargs, 0, "="));
  if (node.items.length > 0) parts.push(() => out.node({ kind: "list", items: node.items, omitted: 0 }));
  if (node.entries.length > 0) {
    parts.push(() => out.node({ kind: "dict", entries: [...node.entries], omitted: 0 }));
  }
  if (object.attributes.length > 0) parts.push(() => out.entries(object.attributes, 0, "="));
  for (const state of object.states) {
    parts.push(() => {
      out.add("state=");
      out.node(state);
    });
  }
  parts.forEach((write, index) => {
    if (index > 0) out.add(", ");
    write();
  });
}

function omittedOf(node: PickleNode): number {
  return node.kind === "tuple" || node.kind === "list" ? node.omitted : 0;
}

/** Bytes as protocols 3 and up write them, or the Latin-1 text that the older ones use instead. */
function bytesOf(node: PickleNode | undefined): Uint8Array | undefined {
  if (node?.kind === "bytes" || node?.kind === "bytearray") return node.value;
  if (node?.kind === "str") {
    const latin = node.omitted === 0 && /^[\0-\xff]*$/.test(node.value);
    return latin ? Uint8Array.from(node.value, (char) => char.charCodeAt(0)) : undefined;
  }
  if (node?.kind !== "object" || nameOf(node.callable) !== "_codecs.encode") return undefined;
  const [text, encoding] = itemsOf(node.args);
  return textOf(encoding) === "latin1" && text?.kind === "str" ? bytesOf(text) : undefined;
}

function fromBytes(size: number, text: (bytes: Uint8Array) => string): Known {
  return (out, { name, args }) => {
    const bytes = bytesOf(args[0]);
    if (bytes?.length !== size) return false;
    out.add(`${name}(${text(bytes)}`);
    if (args[1] !== undefined) {
      out.add(", tzinfo=");
      out.node(args[1]);
    }
    out.add(")");
    return true;
  };
}

/** A builtin container that old protocols make by calling its type. */
function containerFrom(kind: "set" | "frozenset"): Known {
  return (out, { args, node }) => {
    const [source] = args;
    if (args.length !== 1 || source?.kind !== "list" || node.states.length > 0) return false;
    out.node({ kind, items: source.items, omitted: source.omitted });
    return true;
  };
}

const path: Known = (out, { name, args }) => {
  const parts = args.map(textOf);
  if (parts.length === 0 || parts.some((part) => part === undefined)) return false;
  const separator = name.includes("Windows") ? "\\" : "/";
  const [root = "", ...rest] = parts;
  const joined = root.endsWith(separator) ? root + rest.join(separator) : parts.join(separator);
  out.add(`${name.replace("._local", "")}(`);
  out.node({ kind: "str", value: joined, omitted: 0 });
  out.add(")");
  return true;
};

const uuid: Known = (out, { attributes }) => {
  const value = attributes.findLast(([key]) => textOf(key) === "int")?.[1];
  if (value?.kind !== "int" || value.value < 0) return false;
  const hex = value.value.toString(16).padStart(32, "0");
  out.add(`uuid.UUID('${hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")}')`);
  return true;
};

const timedelta: Known = (out, { args }) => {
  const parts = args.map((arg) => (arg.kind === "int" ? Number(arg.value) : Number.NaN));
  if (parts.some(Number.isNaN)) return false;
  out.add(`datetime.timedelta(${timedeltaParts(parts)})`);
  return true;
};

const timezone: Known = (out, { args }) => {
  const offset = args[0]?.kind === "object" ? resolveObject(args[0]) : undefined;
  const zero = offset?.args.every((part) => part.kind === "int" && part.value === 0);
  if (args.length !== 1 || offset?.name !== "datetime.timedelta" || !zero) return false;
  out.add("datetime.timezone.utc");
  return true;
};

const deque: Known = (out, { args, node, attributes, states }) => {
  if (attributes.length > 0 || states.length > 0) return false;
  const [initial, limit] = args;
  out.add("collections.deque(");
  out.node({ kind: "list", items: [...itemsOf(initial), ...node.items], omitted: node.omitted });
  if (limit !== undefined && limit.kind !== "none") {
    out.add(", maxlen=");
    out.node(limit);
  }
  out.add(")");
  return true;
};

/** A bound method, or any other thing found by name: `<attribute 'move' of Point(x=1)>`. */
const attribute: Known = (out, { args }) => {
  const [owner, name] = args;
  if (owner === undefined || name === undefined) return false;
  out.add("<attribute ");
  out.node(name);
  out.add(" of ");
  out.node(owner);
  out.add(">");
  return true;
};

/** Bytes in protocols 0 to 2. */
const encoded: Known = (out, { node }) => {
  const value = bytesOf(node);
  if (value !== undefined) out.node({ kind: "bytes", value });
  return value !== undefined;
};

const emptyBytes: Known = (out, { args, node }) => {
  if (args.length > 0 || node.states.length > 0) return false;
  out.add("b''");
  return true;
};

/** `functools.partial(int, base=2)`, whose parts are all in its state. */
const partial: Known = (out, { states }) => {
  const [target, args, kwargs, own] = itemsOf(states[0]);
  if (states.length !== 1 || target === undefined || own === undefined) return false;
  out.add("functools.partial(");
  out.items([target, ...itemsOf(args)]);
  if (kwargs?.kind === "dict" && kwargs.entries.length > 0) {
    out.add(", ");
    out.entries(kwargs.entries, kwargs.omitted, "=");
  }
  out.add(")");
  return true;
};

const array: Known = (out, { args }) => {
  const [, code, , data] = args;
  if (code === undefined || data === undefined) return false;
  out.add("array.array(");
  out.items([code, data]);
  out.add(")");
  return true;
};

/** The same call under its public name. */
function renamed(to: string, argumentCount: number): Known {
  return (out, { args }) => {
    out.add(`${to}(`);
    out.items(args.slice(0, argumentCount));
    out.add(")");
    return true;
  };
}

const KNOWN: Readonly<Record<string, Known>> = {
  "datetime.datetime": fromBytes(10, dateText),
  "datetime.date": fromBytes(4, dateText),
  "datetime.time": fromBytes(6, timeText),
  "datetime.timedelta": timedelta,
  "datetime.timezone": timezone,
  "collections.deque": deque,
  "uuid.UUID": uuid,
  "zoneinfo.ZoneInfo._unpickle": renamed("zoneinfo.ZoneInfo", 1),
  "re._compile": renamed("re.compile", 2),
  "_codecs.encode": encoded,
  set: containerFrom("set"),
  frozenset: containerFrom("frozenset"),
  bytes: emptyBytes,
  "functools.partial": partial,
  "array._array_reconstructor": array,
  getattr: attribute,
  ...Object.fromEntries(
    ["PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath"].flatMap((name) => [
      [`pathlib.${name}`, path],
      [`pathlib._local.${name}`, path],
    ]),
  ),
};
