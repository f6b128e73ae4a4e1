/** Opcodes that push one value: numbers, texts, bytes. */
import type { PickleMachine } from "./machine.ts";
import { CUT, FALSE, intNode, NONE, type PickleNode, TRUE } from "./nodes.ts";
import {
  countUtf8,
  decodeLatin1,
  decodeQuoted,
  decodeRawUnicodeEscape,
  decodeUtf8,
  utf8Prefix,
} from "./text.ts";

export type Op = (m: PickleMachine) => void;

/** Ints past this are named by size: a bigint of a megabyte would take minutes to write in decimal. */
const MAX_INT_BYTES = 4_096;
const MAX_INT_DIGITS = 9_864;

const ascii = (line: Uint8Array): string => decodeLatin1(line).trim();

/** The decimal argument of PUT and GET. */
export function decimalArgument(m: PickleMachine): number {
  const line = m.line();
  let value = 0;
  for (const byte of line) {
    value = value * 10 + byte - 0x30;
    if (byte < 0x30 || byte > 0x39 || value > Number.MAX_SAFE_INTEGER) m.fail("a memo index is not a number");
  }
  return line.length > 0 ? value : m.fail("a memo index is missing");
}

function decimalInt(m: PickleMachine, line: Uint8Array, what: string): PickleNode {
  if (line.length > MAX_INT_DIGITS) return { kind: "hugeint", size: line.length, unit: "digits" };
  const text = ascii(line).replaceAll("_", "");
  if (!/^[+-]?\d+$/.test(text)) m.fail(`"${text.slice(0, 40)}" is not ${what}`);
  return intNode(BigInt(text.startsWith("+") ? text.slice(1) : text));
}

/** Little-endian two's complement of any length. */
function binaryInt(bytes: Uint8Array): PickleNode {
  if (bytes.length === 0) return intNode(0);
  if (bytes.length > MAX_INT_BYTES) return { kind: "hugeint", size: bytes.length, unit: "bytes" };
  const unsigned = BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
  return intNode(BigInt.asIntN(bytes.length * 8, unsigned));
}

function floatLine(m: PickleMachine): PickleNode {
  const text = ascii(m.line().subarray(0, 400)).toLowerCase();
  const special = /^([+-]?)(?:(nan)|inf(?:inity)?)$/.exec(text);
  if (special) {
    if (special[2]) return { kind: "float", value: Number.NaN };
    return { kind: "float", value: special[1] === "-" ? -Infinity : Infinity };
  }
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(text)) m.fail(`"${text.slice(0, 40)}" is not a float`);
  return { kind: "float", value: Number(text) };
}

function utf8(m: PickleMachine, bytes: Uint8Array): PickleNode {
  if (m.full) return CUT;
  const kept = utf8Prefix(bytes, m.limits.maxTextBytes);
  const value = decodeUtf8(kept);
  if (value === undefined) m.fail("a text is not UTF-8");
  return str(m, value, bytes.subarray(kept.length));
}

function str(m: PickleMachine, value: string, rest: Uint8Array): PickleNode {
  if (rest.length === 0) return { kind: "str", value, omitted: 0 };
  m.truncated = true;
  return { kind: "str", value, omitted: countUtf8(rest) };
}

/** Python 2's str, one byte a character. */
function byteString(m: PickleMachine, bytes: Uint8Array): PickleNode {
  const kept = bytes.subarray(0, m.limits.maxTextBytes);
  const omitted = bytes.length - kept.length;
  if (omitted > 0) m.truncated = true;
  return { kind: "str", value: decodeLatin1(kept), omitted };
}

function escapedLine(m: PickleMachine, decode: (line: Uint8Array) => string | undefined): PickleNode {
  // Cut only after decoding: a cut inside an escape would change the text.
  const value = decode(m.line()) ?? m.fail("a text is not quoted or escaped as it must be");
  const limit = m.limits.maxTextBytes;
  if (value.length <= limit) return { kind: "str", value, omitted: 0 };
  m.truncated = true;
  return { kind: "str", value: value.slice(0, limit), omitted: value.length - limit };
}

function signedLength(m: PickleMachine): number {
  const length = m.int32();
  if (length < 0) m.fail(`a length of ${length}`);
  return length;
}

function intLine(m: PickleMachine): PickleNode {
  const line = m.line();
  // Protocol 0 writes booleans as ints with a leading zero.
  if (line.length === 2 && line[0] === 0x30) {
    if (line[1] === 0x31) return TRUE;
    if (line[1] === 0x30) return FALSE;
  }
  return decimalInt(m, line, "an int");
}

function longLine(m: PickleMachine): PickleNode {
  const line = m.line();
  return decimalInt(m, line[line.length - 1] === 0x4c ? line.subarray(0, -1) : line, "an int");
}

export const VALUE_OPS: Readonly<Record<string, Op>> = {
  N: (m) => m.push(NONE),
  "\x88": (m) => m.push(TRUE),
  "\x89": (m) => m.push(FALSE),
  // INT, LONG, BININT, BININT1, BININT2, LONG1, LONG4
  I: (m) => m.push(intLine(m)),
  L: (m) => m.push(longLine(m)),
  J: (m) => m.push(intNode(m.int32())),
  K: (m) => m.push(intNode(m.uint8())),
  M: (m) => m.push(intNode(m.uint16())),
  "\x8a": (m) => m.push(binaryInt(m.slice(m.uint8()))),
  "\x8b": (m) => m.push(binaryInt(m.slice(signedLength(m)))),
  // FLOAT, BINFLOAT
  F: (m) => m.push(floatLine(m)),
  G: (m) => m.push({ kind: "float", value: m.view.getFloat64(m.take(8), false) }),
  // STRING, BINSTRING, SHORT_BINSTRING
  S: (m) => m.push(escapedLine(m, decodeQuoted)),
  T: (m) => m.push(byteString(m, m.slice(signedLength(m)))),
  U: (m) => m.push(byteString(m, m.slice(m.uint8()))),
  // UNICODE, SHORT_BINUNICODE, BINUNICODE, BINUNICODE8
  V: (m) => m.push(escapedLine(m, decodeRawUnicodeEscape)),
  "\x8c": (m) => m.push(utf8(m, m.slice(m.uint8()))),
  X: (m) => m.push(utf8(m, m.slice(m.uint32()))),
  "\x8d": (m) => m.push(utf8(m, m.slice(m.uint64()))),
  // SHORT_BINBYTES, BINBYTES, BINBYTES8, BYTEARRAY8
  C: (m) => m.push({ kind: "bytes", value: m.slice(m.uint8()) }),
  B: (m) => m.push({ kind: "bytes", value: m.slice(m.uint32()) }),
  "\x8e": (m) => m.push({ kind: "bytes", value: m.slice(m.uint64()) }),
  "\x96": (m) => m.push({ kind: "bytearray", value: m.slice(m.uint64()) }),
};
