/** Growing bytes, and the opcodes of plain values. Protocol 4: every Python since 3.4 reads it. */
import { encodeUtf8 } from "./text.ts";

const MARK = 0x28;

export class PickleOutput {
  private bytes = new Uint8Array(256);
  private readonly view = (): DataView => new DataView(this.bytes.buffer);
  private length = 0;
  private memoSize = 0;

  start(): void {
    this.op(0x80);
    this.op(4);
  }

  /** STOP, and everything that was written. */
  finish(): Uint8Array {
    this.op(0x2e);
    return this.bytes.slice(0, this.length);
  }

  op(code: number): void {
    this.reserve(1);
    this.bytes[this.length] = code;
    this.length += 1;
  }

  mark(): void {
    this.op(MARK);
  }

  raw(data: Uint8Array): void {
    this.reserve(data.length);
    this.bytes.set(data, this.length);
    this.length += data.length;
  }

  none(): void {
    this.op(0x4e);
  }

  bool(value: boolean): void {
    this.op(value ? 0x88 : 0x89);
  }

  /** The shortest opcode, as CPython does: the same value always gives the same CID. */
  int(value: number | bigint): void {
    const n = BigInt(value);
    if (n >= 0n && n <= 0xffn) {
      this.op(0x4b);
      this.op(Number(n));
    } else if (n >= 0n && n <= 0xffffn) {
      this.op(0x4d);
      this.fixed(2, (view, at) => view.setUint16(at, Number(n), true));
    } else if (n >= -0x8000_0000n && n <= 0x7fff_ffffn) {
      this.op(0x4a);
      this.fixed(4, (view, at) => view.setInt32(at, Number(n), true));
    } else {
      this.long(n);
    }
  }

  /** LONG1 and LONG4: little-endian two's complement, in as few bytes as hold the sign. */
  private long(n: bigint): void {
    const magnitude = n < 0n ? -n - 1n : n;
    const size = Math.floor(magnitude.toString(16).length / 2) + 1;
    const hex = BigInt.asUintN(size * 8, n)
      .toString(16)
      .padStart(size * 2, "0");
    let bytes = Uint8Array.fromHex(hex).reverse();
    // An odd number of hex digits below 8 leaves a byte that only repeats the sign.
    const last = bytes[size - 1];
    const before = bytes[size - 2] ?? 0;
    if ((last === 0 && before < 0x80) || (last === 0xff && before >= 0x80))
      bytes = bytes.subarray(0, size - 1);
    if (bytes.length < 256) {
      this.op(0x8a);
      this.op(bytes.length);
    } else {
      this.op(0x8b);
      this.fixed(4, (view, at) => view.setInt32(at, bytes.length, true));
    }
    this.raw(bytes);
  }

  float(value: number): void {
    this.op(0x47);
    this.fixed(8, (view, at) => view.setFloat64(at, value, false));
  }

  str(text: string): void {
    const bytes = encodeUtf8(text);
    this.sized(bytes.length, 0x8c, 0x58, 0x8d);
    this.raw(bytes);
  }

  binary(bytes: Uint8Array): void {
    this.sized(bytes.length, 0x43, 0x42, 0x8e);
    this.raw(bytes);
  }

  /** STACK_GLOBAL: a class or function by name. */
  global(module: string, name: string): void {
    this.str(module);
    this.str(name);
    this.op(0x93);
  }

  /** MEMOIZE; the index for {@link recall}. */
  memoize(): number {
    this.op(0x94);
    this.memoSize += 1;
    return this.memoSize - 1;
  }

  /** LONG_BINGET. */
  recall(index: number): void {
    this.op(0x6a);
    this.fixed(4, (view, at) => view.setUint32(at, index, true));
  }

  private sized(length: number, short: number, medium: number, long: number): void {
    if (length <= 0xff) {
      this.op(short);
      this.op(length);
    } else if (length <= 0xffff_ffff) {
      this.op(medium);
      this.fixed(4, (view, at) => view.setUint32(at, length, true));
    } else {
      this.op(long);
      this.fixed(8, (view, at) => view.setBigUint64(at, BigInt(length), true));
    }
  }

  private fixed(size: number, write: (view: DataView, at: number) => void): void {
    this.reserve(size);
    write(this.view(), this.length);
    this.length += size;
  }

  private reserve(extra: number): void {
    const needed = this.length + extra;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}
