/**
 * Whether a Python pickle is exactly what JSON can say: dicts with text keys, lists, text, exact numbers, booleans and
 * None, nothing shared. Only then may the pretty form be edited in place and sent back without changing what was not
 * edited (a tuple would become a list, 10.0 the whole number 10). Reads opcodes and builds nothing; unsure means no.
 */

type Kind = "text" | "scalar" | "container" | "mark";

const LARGEST = 512 * 1024;

export function isPlainPickle(base64: string): boolean {
  if (base64.length > LARGEST) return false;
  try {
    return walk(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
  } catch {
    return false;
  }
}

/** Opcodes that push a value: its kind, and the bytes that follow. */
const PUSH: Record<number, { kind: Kind; size: number }> = {
  78: { kind: "scalar", size: 0 }, // N None
  136: { kind: "scalar", size: 0 }, // True
  137: { kind: "scalar", size: 0 }, // False
  74: { kind: "scalar", size: 4 }, // J
  75: { kind: "scalar", size: 1 }, // K
  77: { kind: "scalar", size: 2 }, // M
  93: { kind: "container", size: 0 }, // ]
  125: { kind: "container", size: 0 }, // }
  40: { kind: "mark", size: 0 }, // (
};

function walk(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer);
  const stack: Kind[] = [];
  const memo = new Map<number, Kind>();
  let at = 0;

  const sinceMark = (): Kind[] => {
    const from = stack.lastIndexOf("mark");
    if (from < 1) throw new Error("no mark");
    const items = stack.splice(from);
    return items.slice(1);
  };
  const pairsAreText = (items: readonly Kind[]) =>
    items.every((kind, index) => index % 2 === 1 || kind === "text");

  while (at < bytes.length) {
    const op = bytes[at++] ?? 0;
    const push = PUSH[op];
    if (push) {
      stack.push(push.kind);
      at += push.size;
      continue;
    }
    switch (op) {
      case 128: // PROTO
        at += 1;
        break;
      case 149: // FRAME
        at += 8;
        break;
      case 140: // SHORT_BINUNICODE
        at += 1 + view.getUint8(at);
        stack.push("text");
        break;
      case 88: // BINUNICODE
        at += 4 + view.getUint32(at, true);
        stack.push("text");
        break;
      case 138: // LONG1: up to six bytes fit a double
        if (view.getUint8(at) > 6) return false;
        at += 1 + view.getUint8(at);
        stack.push("scalar");
        break;
      case 71: {
        // BINFLOAT: a whole one would come back as an int
        const value = view.getFloat64(at);
        if (!Number.isFinite(value) || Number.isInteger(value)) return false;
        at += 8;
        stack.push("scalar");
        break;
      }
      case 148: // MEMOIZE
        memo.set(memo.size, stack.at(-1) ?? "container");
        break;
      case 113: // BINPUT
        memo.set(view.getUint8(at), stack.at(-1) ?? "container");
        at += 1;
        break;
      case 114: // LONG_BINPUT
        memo.set(view.getUint32(at, true), stack.at(-1) ?? "container");
        at += 4;
        break;
      case 104: // BINGET
        if (memo.get(view.getUint8(at)) !== "text") return false;
        at += 1;
        stack.push("text");
        break;
      case 106: // LONG_BINGET
        if (memo.get(view.getUint32(at, true)) !== "text") return false;
        at += 4;
        stack.push("text");
        break;
      case 97: // APPEND
        stack.pop();
        break;
      case 101: // APPENDS
        sinceMark();
        break;
      case 115: // SETITEM
        if (!pairsAreText(stack.splice(-2))) return false;
        break;
      case 117: // SETITEMS
        if (!pairsAreText(sinceMark())) return false;
        break;
      case 46: // STOP
        return at === bytes.length && stack.length === 1 && stack[0] !== "mark";
      default:
        return false;
    }
  }
  return false;
}
