/**
 * What a symbolic object stands for: its class, its arguments, its attributes; whichever way the pickle's protocol
 * spelled it.
 */
import type { DictNode, ObjectNode, PickleEntry, PickleNode } from "../pickle/nodes.ts";

/** An object in one shape. */
export interface PythonObject {
  readonly node: ObjectNode;
  /** What is instantiated or called. */
  readonly callable: PickleNode;
  /** `module.name` of the callable, without `builtins` and `__main__`; empty when it has no plain name. */
  readonly name: string;
  readonly args: readonly PickleNode[];
  readonly kwargs: readonly PickleEntry[];
  readonly attributes: readonly PickleEntry[];
  /** States that are no attributes: what `__setstate__` would get. */
  readonly states: readonly PickleNode[];
  /** Whether the pickle can only mean an instance of a class; a plain call otherwise. */
  readonly isInstance: boolean;
}

/**
 * Modules by the name their users know: protocols 0 to 2 write Python 2's names, and what lives in `os` is pickled under
 * the module of the platform.
 */
const MODULES: Readonly<Record<string, string>> = {
  __builtin__: "builtins",
  copy_reg: "copyreg",
  exceptions: "builtins",
  posix: "os",
  nt: "os",
};

/** Python 2's builtins under their names in Python 3. */
const PYTHON_2: Readonly<Record<string, string>> = {
  xrange: "range",
  long: "int",
  unicode: "str",
  unichr: "chr",
};

/** A global as `module.name`; `builtins` and `__main__` go without saying. */
export function fullName(module: string, name: string): string {
  if (module === "__builtin__" && Object.hasOwn(PYTHON_2, name)) return PYTHON_2[name] ?? name;
  const known = Object.hasOwn(MODULES, module) ? MODULES[module] : module;
  return known === "builtins" || known === "__main__" || known === "" ? name : `${known}.${name}`;
}

/** The name of a node that names something, or of a class that dill describes; empty otherwise. */
export function nameOf(node: PickleNode | undefined): string {
  if (node?.kind === "global") return fullName(node.module, node.name);
  if (node?.kind !== "object") return "";
  const made = node.callable;
  if (made.kind !== "global") return "";
  const args = itemsOf(node.args);
  // A method of a class: getattr(ZoneInfo, '_unpickle').
  if (args.length === 2 && args[0]?.kind === "global" && fullName(made.module, made.name) === "getattr") {
    const method = textOf(args[1]);
    return method === undefined ? "" : `${nameOf(args[0])}.${method}`;
  }
  if (!made.module.startsWith("dill.")) return "";
  // dill pickles the classes of a script by their parts, and types it knows by a name of its own.
  if (made.name === "_create_type") {
    const name = textOf(args[1]);
    const module = textOf(lookup(args[3], "__module__"));
    return name === undefined ? "" : fullName(module ?? "", name);
  }
  if (made.name === "_create_namedtuple") return fullName(textOf(args[2]) ?? "", textOf(args[0]) ?? "");
  return made.name === "_load_type" ? (textOf(args[0]) ?? "") : "";
}

export function textOf(node: PickleNode | undefined): string | undefined {
  return node?.kind === "str" ? node.value : undefined;
}

/** Items of a tuple or list; nothing of anything else. */
export function itemsOf(node: PickleNode | undefined): readonly PickleNode[] {
  return node?.kind === "tuple" || node?.kind === "list" ? node.items : [];
}

/** The last value under a text key, as Python would find it. */
export function lookup(node: PickleNode | undefined, key: string): PickleNode | undefined {
  return node?.kind === "dict" ? lookupEntries(node.entries, key) : undefined;
}

export function lookupEntries(entries: readonly PickleEntry[], key: string): PickleNode | undefined {
  return entries.findLast(([candidate]) => textOf(candidate) === key)?.[1];
}

/** Brings the spellings of an object to one: `copyreg` helpers are instances of their first argument. */
export function resolveObject(node: ObjectNode): PythonObject {
  const name = nameOf(node.callable);
  const args = itemsOf(node.args);
  const first = args[0];
  let callable = node.callable;
  let shown = args;
  let kwargs = node.kwargs;
  let isInstance = node.via !== "reduce";
  if (first !== undefined && name === "copyreg._reconstructor") {
    callable = first;
    // (class, object, None) for most; (class, list, [..]) for a subclass of a builtin type.
    shown = nameOf(args[1]) === "object" ? [] : args.slice(2);
    isInstance = true;
  } else if (first !== undefined && name === "copyreg.__newobj__") {
    callable = first;
    shown = args.slice(1);
    isInstance = true;
  } else if (first !== undefined && name === "copyreg.__newobj_ex__") {
    callable = first;
    shown = itemsOf(args[1]);
    kwargs = args[2] ?? null;
    isInstance = true;
  }
  const made = viaPartial(node);
  if (made !== undefined) {
    callable = made.cls;
    shown = made.args;
    kwargs = made.kwargs;
    isInstance = true;
  }
  // Arguments that are no tuple are shown whole: such a pickle was not written by Python.
  if (args.length === 0 && node.args.kind !== "tuple") shown = [node.args];
  const attributes: PickleEntry[] = [];
  const states: PickleNode[] = [];
  for (const state of node.states) {
    const dicts = attributeDicts(state);
    if (dicts === undefined) states.push(state);
    else for (const dict of dicts) for (const entry of dict.entries) attributes.push(entry);
  }
  return {
    node,
    callable,
    name: callable === node.callable ? name : nameOf(callable),
    args: shown,
    kwargs: kwargs?.kind === "dict" ? kwargs.entries : [],
    attributes,
    states,
    isInstance,
  };
}

/** Protocols 2 and 3 spell keyword arguments of `__new__` as `partial(cls.__new__, cls, *args, **kwargs)()`. */
function viaPartial(
  node: ObjectNode,
): { cls: PickleNode; args: readonly PickleNode[]; kwargs: PickleNode } | undefined {
  if (node.callable.kind !== "object" || nameOf(node.callable.callable) !== "functools.partial")
    return undefined;
  const [target, args, kwargs] = itemsOf(node.callable.states[0]);
  const [cls, ...rest] = itemsOf(args);
  if (cls === undefined || kwargs === undefined || nameOf(target) !== `${nameOf(cls)}.__new__`)
    return undefined;
  return { cls, args: rest, kwargs };
}

/** A state of attributes: `__dict__`, or `(__dict__ or None, slots)`. */
function attributeDicts(state: PickleNode): DictNode[] | undefined {
  if (state.kind === "none") return [];
  if (state.kind === "dict") return state.entries.every(([key]) => key.kind === "str") ? [state] : undefined;
  if (state.kind !== "tuple" || state.items.length !== 2) return undefined;
  const [own, slots] = state.items;
  if (slots?.kind !== "dict" || (own?.kind !== "none" && own?.kind !== "dict")) return undefined;
  return own.kind === "dict" ? [own, slots] : [slots];
}
