/** Opcodes that arrange values: containers, memo, stack, framing, and the objects that Python would make. */
import type { PickleMachine } from "./machine.ts";
import {
  type DictNode,
  type GlobalNode,
  type ObjectNode,
  type PickleEntry,
  type PickleNode,
  type SequenceNode,
  sequenceNode,
} from "./nodes.ts";
import { decimalArgument, type Op } from "./ops-values.ts";
import { decodeUtf8 } from "./text.ts";

/** The newest protocol there is: a pickle that claims more has opcodes we do not know. */
const HIGHEST_PROTOCOL = 5;

function filled(m: PickleMachine, kind: SequenceNode["kind"], items: PickleNode[]): SequenceNode {
  const node = sequenceNode(kind, []);
  m.addItems(node, items);
  return node;
}

/** Fixed-size tuples pop in reverse. */
function smallTuple(m: PickleMachine, size: number): void {
  const items: PickleNode[] = new Array(size);
  for (let i = size - 1; i >= 0; i -= 1) items[i] = m.pop();
  m.push(filled(m, "tuple", items));
}

/** Items for what lies on top: a list, or an object with `append`/`extend` or `add`. */
function addTo(m: PickleMachine, what: "list" | "set", items: PickleNode[]): void {
  const target = m.top();
  if (target.kind === what || target.kind === "object") m.addItems(target, items);
  // A cut container is only being counted; a named or foreign one takes nothing we could show.
  else if (target.kind !== "cut" && target.kind !== "persistent" && target.kind !== "extension") {
    m.fail(`items are added to a ${target.kind}`);
  }
}

function setIn(m: PickleMachine, pairs: PickleNode[]): void {
  const target = m.top();
  if (target.kind === "dict" || target.kind === "object") m.addEntries(target, pairs);
  else if (target.kind !== "cut" && target.kind !== "persistent" && target.kind !== "extension") {
    m.fail(`entries are set on a ${target.kind}`);
  }
}

function dictOf(m: PickleMachine, pairs: PickleNode[]): DictNode {
  const node: DictNode = { kind: "dict", entries: [] as PickleEntry[], omitted: 0 };
  m.addEntries(node, pairs);
  return node;
}

function nameLine(m: PickleMachine): string {
  return decodeUtf8(m.line()) ?? m.fail("a module or name is not UTF-8");
}

function named(module: string, name: string): GlobalNode {
  return { kind: "global", module, name, states: [] };
}

function stackGlobal(m: PickleMachine): GlobalNode {
  const name = m.pop();
  const module = m.pop();
  const textOf = (node: PickleNode): string => {
    if (node.kind === "str" && node.omitted === 0) return node.value;
    // Past a limit the name may be unknown; a name of another type Python refuses, and so do we.
    if (node.kind === "cut" || node.kind === "str") return "…";
    return m.fail(`a module and a name are wanted, and a ${node.kind} is given`);
  };
  return named(textOf(module), textOf(name));
}

function object(
  via: ObjectNode["via"],
  callable: PickleNode,
  args: PickleNode,
  kwargs: PickleNode | null = null,
): ObjectNode {
  return { kind: "object", via, callable, args, kwargs, states: [], items: [], entries: [], omitted: 0 };
}

function build(m: PickleMachine): void {
  const state = m.pop();
  const target = m.top();
  if ("states" in target) target.states.push(state);
  else if (target.kind !== "cut") m.fail(`a state is set on a ${target.kind}`);
}

function frame(m: PickleMachine): void {
  const length = m.uint64();
  // The frame's bytes are read as they come; its length only has to be possible.
  const left = m.bytes.length - m.position;
  if (length > left) m.fail(`the pickle ends early: a frame announces ${length} bytes, ${left} are left`);
}

export const STRUCTURE_OPS: Readonly<Record<string, Op>> = {
  // PROTO, FRAME
  "\x80": (m) => {
    m.protocol = m.uint8();
    if (m.protocol > HIGHEST_PROTOCOL) m.fail(`pickle protocol ${m.protocol} is not known (0 to 5 are)`);
  },
  "\x95": frame,
  // MARK, POP, POP_MARK, DUP
  "(": (m) => m.mark(),
  "0": (m) => m.popAny(),
  "1": (m) => void m.popMark(),
  "2": (m) => m.push(m.top()),
  // PUT, BINPUT, LONG_BINPUT, MEMOIZE, GET, BINGET, LONG_BINGET
  p: (m) => m.remember(decimalArgument(m)),
  q: (m) => m.remember(m.uint8()),
  r: (m) => m.remember(m.uint32()),
  "\x94": (m) => m.remember(m.memo.size),
  g: (m) => m.recall(decimalArgument(m)),
  h: (m) => m.recall(m.uint8()),
  j: (m) => m.recall(m.uint32()),
  // EMPTY_LIST, LIST, APPEND, APPENDS
  "]": (m) => m.push(sequenceNode("list", [])),
  l: (m) => m.push(filled(m, "list", m.popMark())),
  a: (m) => addTo(m, "list", [m.pop()]),
  e: (m) => addTo(m, "list", m.popMark()),
  // EMPTY_TUPLE, TUPLE, TUPLE1, TUPLE2, TUPLE3
  ")": (m) => m.push(sequenceNode("tuple", [])),
  t: (m) => m.push(filled(m, "tuple", m.popMark())),
  "\x85": (m) => smallTuple(m, 1),
  "\x86": (m) => smallTuple(m, 2),
  "\x87": (m) => smallTuple(m, 3),
  // EMPTY_DICT, DICT, SETITEM, SETITEMS
  "}": (m) => m.push(dictOf(m, [])),
  d: (m) => m.push(dictOf(m, m.popMark())),
  s: (m) => {
    const value = m.pop();
    const key = m.pop();
    setIn(m, [key, value]);
  },
  u: (m) => setIn(m, m.popMark()),
  // EMPTY_SET, ADDITEMS, FROZENSET
  "\x8f": (m) => m.push(sequenceNode("set", [])),
  "\x90": (m) => addTo(m, "set", m.popMark()),
  "\x91": (m) => m.push(filled(m, "frozenset", m.popMark())),
  // GLOBAL, STACK_GLOBAL, EXT1, EXT2, EXT4
  c: (m) => {
    const module = nameLine(m);
    m.push(named(module, nameLine(m)));
  },
  "\x93": (m) => m.push(stackGlobal(m)),
  "\x82": (m) => m.push({ kind: "extension", code: m.uint8(), states: [] }),
  "\x83": (m) => m.push({ kind: "extension", code: m.uint16(), states: [] }),
  "\x84": (m) => m.push({ kind: "extension", code: m.int32(), states: [] }),
  // REDUCE, NEWOBJ, NEWOBJ_EX, INST, OBJ, BUILD
  R: (m) => {
    const args = m.pop();
    m.push(object("reduce", m.pop(), args));
  },
  "\x81": (m) => {
    const args = m.pop();
    m.push(object("newobj", m.pop(), args));
  },
  "\x92": (m) => {
    const kwargs = m.pop();
    const args = m.pop();
    m.push(object("newobj", m.pop(), args, kwargs));
  },
  i: (m) => {
    const module = nameLine(m);
    const name = nameLine(m);
    m.push(object("inst", named(module, name), filled(m, "tuple", m.popMark())));
  },
  o: (m) => {
    const args = m.popMark();
    const cls = args.shift() ?? m.fail("an object without its class");
    m.push(object("inst", cls, filled(m, "tuple", args)));
  },
  b: build,
  // PERSID, BINPERSID
  P: (m) => m.push({ kind: "persistent", id: { kind: "str", value: nameLine(m), omitted: 0 }, states: [] }),
  Q: (m) => m.push({ kind: "persistent", id: m.pop(), states: [] }),
  // NEXT_BUFFER, READONLY_BUFFER
  "\x97": (m) => {
    m.push({ kind: "buffer", index: m.buffers, readonly: false });
    m.buffers += 1;
  },
  "\x98": (m) => {
    const node = m.pop();
    m.push(node.kind === "buffer" ? { ...node, readonly: true } : node);
  },
};
