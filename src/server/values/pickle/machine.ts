/**
 * The pickle machine's parts: input, stack, marks, memo, and the limits on what is kept. Past a limit everything is
 * still read, checked and counted, only no longer kept: a large honest value must not be refused, and a hostile one
 * must not cost more than its bytes.
 */
import { PickleError } from "../errors.ts";
import { CUT, type PickleEntry, type PickleNode } from "./nodes.ts";

/** What a read may keep. */
export interface PickleLimits {
  /** Values kept at one time; while there are as many, everything new is a `cut` node. */
  maxValues: number;
  /** Items kept for one container. */
  maxItems: number;
  /** Bytes decoded of one text. */
  maxTextBytes: number;
}

/** Values on the stack at once. Python has no limit; ours stops a payload of nothing but pushes. */
const MAX_STACK = 20_000_000;

/** What can hold items, or entries, past which it only counts. */
interface Counted {
  omitted: number;
}

export class PickleMachine {
  readonly bytes: Uint8Array;
  readonly limits: PickleLimits;
  readonly view: DataView;
  readonly stack: PickleNode[] = [];
  readonly marks: number[] = [];
  readonly memo = new Map<number, PickleNode>();
  /** Where the opcode under way starts: what an error names. */
  at = 0;
  position = 0;
  values = 0;
  buffers = 0;
  protocol = 0;
  /** Whether anything was read and not kept. */
  truncated = false;
  /** How many values there were at each mark, and at the one popped last. */
  private readonly markValues: number[] = [];
  private sinceMark = 0;
  private memoFull = false;
  /** Lowest stack index that may be popped: the last mark. */
  private fence = 0;

  constructor(bytes: Uint8Array, limits: PickleLimits) {
    this.bytes = bytes;
    this.limits = limits;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  fail(what: string): never {
    throw new PickleError(this.at, what);
  }

  // --- input ---

  /** Claims the next bytes. A declared length is compared with what is there before anything is done with it. */
  take(length: number): number {
    const start = this.position;
    if (length > this.bytes.length - start) {
      this.fail(
        `the pickle ends early: ${length} more bytes were announced, ${this.bytes.length - start} are left`,
      );
    }
    this.position = start + length;
    return start;
  }

  slice(length: number): Uint8Array {
    const start = this.take(length);
    return this.bytes.subarray(start, start + length);
  }

  uint8(): number {
    return this.view.getUint8(this.take(1));
  }

  uint16(): number {
    return this.view.getUint16(this.take(2), true);
  }

  int32(): number {
    return this.view.getInt32(this.take(4), true);
  }

  uint32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  /** A 64-bit length. A double is exact enough: anything near 2^53 is longer than every payload. */
  uint64(): number {
    return Number(this.view.getBigUint64(this.take(8), true));
  }

  line(): Uint8Array {
    const end = this.bytes.indexOf(0x0a, this.position);
    if (end < 0) this.fail("the pickle ends early: a line has no end");
    const line = this.bytes.subarray(this.position, end);
    this.position = end + 1;
    return line;
  }

  // --- stack ---

  push(node: PickleNode): void {
    if (this.stack.length >= MAX_STACK) this.fail(`more than ${MAX_STACK} values on the stack`);
    if (this.full) this.truncated = true;
    this.stack.push(this.full ? CUT : node);
    this.values += 1;
  }

  /** Whether what comes next is only counted: then there is no need to make a node of it. */
  get full(): boolean {
    return this.values >= this.limits.maxValues;
  }

  pop(): PickleNode {
    if (this.stack.length <= this.fence) this.fail("an opcode takes more values than there are");
    return this.stack.pop() ?? this.fail("an opcode takes more values than there are");
  }

  top(): PickleNode {
    if (this.stack.length <= this.fence) this.fail("an opcode needs a value where there is none");
    return this.stack[this.stack.length - 1] ?? this.fail("an opcode needs a value where there is none");
  }

  mark(): void {
    if (this.marks.length >= MAX_STACK) this.fail(`more than ${MAX_STACK} marks`);
    this.marks.push(this.stack.length);
    this.markValues.push(this.values);
    this.fence = this.stack.length;
  }

  /** Everything since the last mark. */
  popMark(): PickleNode[] {
    const mark = this.marks.pop();
    if (mark === undefined) this.fail("an opcode needs a mark where there is none");
    this.sinceMark = this.values - (this.markValues.pop() ?? this.values);
    this.fence = this.marks[this.marks.length - 1] ?? 0;
    return this.stack.splice(mark);
  }

  /** POP takes a mark when nothing lies above it, as Python's does. */
  popAny(): void {
    if (this.stack.length > this.fence) this.stack.pop();
    else this.popMark();
  }

  // --- memo ---

  remember(index: number): void {
    const node = this.top();
    if (this.memo.size < this.limits.maxValues || this.memo.has(index)) this.memo.set(index, node);
    else this.memoFull = true;
  }

  recall(index: number): void {
    const node = this.memo.get(index);
    // A full memo is incomplete: an unknown index is then no proof of a bad pickle.
    if (node === undefined && !this.memoFull) this.fail(`memo ${index} is used before it is set`);
    this.push(node ?? CUT);
  }

  // --- containers ---

  addItems(to: Counted & { items: PickleNode[] }, items: readonly PickleNode[]): void {
    const room = this.roomFor(to.items.length, items);
    for (let i = 0; i < room; i += 1) to.items.push(items[i] ?? CUT);
    this.omit(to, items.length - room, items.length - room, room);
  }

  /** `pairs`: k, v, k, v ... */
  addEntries(to: Counted & { entries: PickleEntry[] }, pairs: readonly PickleNode[]): void {
    if (pairs.length % 2 !== 0) this.fail("a key without its value");
    const room = Math.min(this.roomFor(to.entries.length, pairs), pairs.length / 2);
    for (let i = 0; i < room * 2; i += 2) to.entries.push([pairs[i] ?? CUT, pairs[i + 1] ?? CUT]);
    this.omit(to, pairs.length / 2 - room, pairs.length - room * 2, room);
  }

  /** How many of the items are kept: none that is cut already, once there is no more room at all. */
  private roomFor(held: number, items: readonly PickleNode[]): number {
    const room = Math.max(0, Math.min(this.limits.maxItems - held, items.length));
    if (!this.full) return room;
    const cut = items.indexOf(CUT);
    return cut < 0 ? room : Math.min(cut, room);
  }

  /** Counts what a container leaves out, and gives its room back: a long list must not hide what follows it. */
  private omit(from: Counted, count: number, values: number, room: number): void {
    const { sinceMark } = this;
    // Given back at most once: the next container has nothing to do with this mark.
    this.sinceMark = 0;
    if (count <= 0) return;
    from.omitted += count;
    // A whole batch that is left out gives back what its members hold too: rows of a table, for example.
    this.values -= values > 1 && room === 0 ? Math.max(values, sinceMark) : values;
    this.truncated = true;
  }
}
