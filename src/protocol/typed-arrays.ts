/**
 * Typed arrays of numbers, read from the bytes that the tag `bytes` carries. Arrays of bytes are none of them: bytes are
 * read as bytes. Little-endian, as the machines are that write them.
 */

type Reader = readonly [size: number, read: (view: DataView, at: number) => number | bigint];

const READERS: Readonly<Record<string, Reader>> = {
  Int8Array: [1, (view, at) => view.getInt8(at)],
  Int16Array: [2, (view, at) => view.getInt16(at, true)],
  Uint16Array: [2, (view, at) => view.getUint16(at, true)],
  Int32Array: [4, (view, at) => view.getInt32(at, true)],
  Uint32Array: [4, (view, at) => view.getUint32(at, true)],
  Float32Array: [4, (view, at) => view.getFloat32(at, true)],
  Float64Array: [8, (view, at) => view.getFloat64(at, true)],
  BigInt64Array: [8, (view, at) => view.getBigInt64(at, true)],
  BigUint64Array: [8, (view, at) => view.getBigUint64(at, true)],
};

/**
 * Numbers as JavaScript writes them.
 *
 * @param className Of the typed array.
 * @returns As many as `bytes` holds whole ones of; null for what is no typed array of numbers.
 * @example numbersOf("Int16Array", Uint8Array.of(1, 0, 255, 255)) // ["1", "-1"]
 */
export function numbersOf(className: string, bytes: Uint8Array): string[] | null {
  const reader = Object.hasOwn(READERS, className) ? READERS[className] : undefined;
  if (!reader) return null;
  const [size, read] = reader;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.byteLength / size) }, (_, index) =>
    textOf(read(view, index * size)),
  );
}

const textOf = (value: number | bigint): string => {
  if (typeof value === "bigint") return `${value}n`;
  return Object.is(value, -0) ? "-0" : String(value);
};
