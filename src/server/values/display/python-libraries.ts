/** Objects of numpy and of dill in a few words: their parts are long and tell a reader nothing. */
import type { PickleNode } from "../pickle/nodes.ts";
import { reprFloat } from "./python-atoms.ts";
import {
  fullName,
  itemsOf,
  lookup,
  lookupEntries,
  nameOf,
  type PythonObject,
  textOf,
} from "./python-object.ts";

const KINDS: Readonly<Record<string, string>> = { f: "float", i: "int", u: "uint", c: "complex" };

/** `float64` of `dtype('f8')`. */
function dtypeName(node: PickleNode | undefined): string | undefined {
  if (node?.kind !== "object" || nameOf(node.callable) !== "numpy.dtype") return undefined;
  const code = textOf(itemsOf(node.args)[0]);
  if (code === undefined) return undefined;
  const match = /^([fiuc])(\d+)$/.exec(code);
  if (match?.[1] && match[2]) return `${KINDS[match[1]]}${Number(match[2]) * 8}`;
  return code === "b1" ? "bool" : code === "O8" ? "object" : code;
}

function shapeText(node: PickleNode | undefined): string | undefined {
  if (node?.kind !== "tuple" || node.omitted > 0 || node.items.length > 64) return undefined;
  const sizes = node.items.map((item) => (item.kind === "int" ? String(item.value) : "?"));
  return sizes.length === 1 ? `(${sizes[0]},)` : `(${sizes.join(", ")})`;
}

function arrayText(shape: PickleNode | undefined, dtype: PickleNode | undefined): string | undefined {
  const size = shapeText(shape);
  const type = dtypeName(dtype);
  return size === undefined || type === undefined ? undefined : `<numpy.ndarray shape=${size} dtype=${type}>`;
}

/** An array by its shape and type, a scalar by its value; undefined for what is neither. */
export function numpyText(object: PythonObject): string | undefined {
  const name = object.name.replace(/^numpy\.(_?core)\./, "numpy:");
  if (name === "numpy:multiarray._reconstruct") {
    const [, shape, dtype] = itemsOf(object.states[0]);
    return arrayText(shape, dtype);
  }
  if (name === "numpy:numeric._frombuffer") return arrayText(object.args[2], object.args[1]);
  if (name !== "numpy:multiarray.scalar") return undefined;
  const [dtype, data] = object.args;
  const type = dtypeName(dtype);
  const value = type !== undefined && data?.kind === "bytes" ? scalarText(type, data.value) : undefined;
  return value === undefined ? undefined : `numpy.${type}(${value})`;
}

/** A number of native order, which is little-endian wherever pickles come from today. */
function scalarText(type: string, bytes: Uint8Array): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [, kind, bits] = /^(float|int|uint)(\d+)$/.exec(type) ?? [];
  if (type === "bool" && bytes.length === 1) return bytes[0] === 0 ? "False" : "True";
  if (Number(bits) !== bytes.length * 8) return undefined;
  if (kind === "float" && bits === "64") return reprFloat(view.getFloat64(0, true));
  if (kind === "float" && bits === "32") return reprFloat(shortest32(view.getFloat32(0, true)));
  if (kind === "float") return undefined;
  const unsigned = BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
  return String(kind === "int" ? BigInt.asIntN(bytes.length * 8, unsigned) : unsigned);
}

/** The shortest decimal that is this 32-bit float: 0.1, not 0.10000000149011612. */
function shortest32(value: number): number {
  for (let digits = 1; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

/** Functions, classes, modules and code that dill pickles by their parts. */
export function codeName(object: PythonObject): string | undefined {
  const made = object.callable;
  if (made.kind !== "global" || !/^dill(\.|$)/.test(made.module)) return undefined;
  const { args } = object;
  switch (made.name) {
    case "_create_function": {
      const name = textOf(args[2]) ?? codeOwnName(args[0]) ?? "<lambda>";
      const module = lookup(args[1], "__name__") ?? lookupEntries(object.attributes, "__module__");
      return `<function ${fullName(textOf(module) ?? "", name)}>`;
    }
    case "_create_code":
      return `<code ${codeOwnName(object.node) ?? "?"}>`;
    case "_create_type":
    case "_create_namedtuple":
    case "_load_type":
      return `<class ${nameOf(object.node)}>`;
    case "_import_module":
      return `<module ${textOf(args[0]) ?? "?"}>`;
    default:
      return undefined;
  }
}

/** A code object's name: of its texts the file comes first, the name second. */
function codeOwnName(node: PickleNode | undefined): string | undefined {
  if (node?.kind !== "object") return undefined;
  const texts = itemsOf(node.args)
    .map(textOf)
    .filter((text) => text !== undefined);
  return texts[1];
}
