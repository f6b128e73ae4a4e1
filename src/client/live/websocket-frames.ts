/** Frames of a WebSocket as bytes (RFC 6455, section 5): masked ones written, unmasked ones read. */
import { getRandomValues } from "node:crypto";
import { MAX_DEBUGGEE_FRAME_BYTES } from "../../protocol/debuggee-frames.ts";

const MASK_BYTES = 4;

/** Room before the payload for the longest header; its last word is the mask. */
const HEADER_ROOM = 16;
const MASK_WORD = HEADER_ROOM / MASK_BYTES - 1;

/** Frames up to this many bytes are made in the same memory again and again. */
const USUAL_BYTES = 64 * 1024;

const EXTENDED_16 = 126;
const EXTENDED_64 = 127;

/** Longest encoding of one unit of a text, in bytes. */
const MOST_BYTES_A_UNIT = 3;

const memory = (bytes: number): { frame: Buffer; words: Int32Array } => {
  const buffer = new ArrayBuffer(HEADER_ROOM + Math.ceil(bytes / MASK_BYTES) * MASK_BYTES);
  return { frame: Buffer.from(buffer), words: new Int32Array(buffer) };
};

let usual: ReturnType<typeof memory> | null = null;

/** A stock of masks: four bytes each that nobody can predict. */
const masks = new Int32Array(1_024);
let maskAt = masks.length;

function nextMask(): number {
  if (maskAt === masks.length) {
    getRandomValues(masks);
    maskAt = 0;
  }
  return masks[maskAt++] ?? 0;
}

/** One unfragmented frame, which is good until the next one is written. Opcode 1 is text, 8 close, 10 pong. */
export function writeFrame(opcode: number, payload: string | Buffer): Buffer {
  const isText = typeof payload === "string";
  const fits = payload.length * MOST_BYTES_A_UNIT <= USUAL_BYTES;
  if (fits) usual ??= memory(USUAL_BYTES);
  const { frame, words } = (fits && usual) || memory(isText ? Buffer.byteLength(payload) : payload.length);
  const length = isText ? frame.write(payload, HEADER_ROOM) : payload.copy(frame, HEADER_ROOM);
  const mask = nextMask();
  words[MASK_WORD] = mask;
  // Whole words: what lies behind the payload is nobody's.
  const end = MASK_WORD + 1 + Math.ceil(length / MASK_BYTES);
  for (let i = MASK_WORD + 1; i < end; i++) words[i] = (words[i] ?? 0) ^ mask;
  let start = HEADER_ROOM - MASK_BYTES;
  if (length < EXTENDED_16) frame[--start] = 0x80 | length;
  else if (length < 65_536) {
    start -= 2;
    frame.writeUInt16BE(length, start);
    frame[--start] = 0x80 | EXTENDED_16;
  } else {
    start -= 8;
    frame.writeUInt32BE(Math.floor(length / 2 ** 32), start);
    frame.writeUInt32BE(length >>> 0, start + 4);
    frame[--start] = 0x80 | EXTENDED_64;
  }
  frame[--start] = 0x80 | opcode;
  return frame.subarray(start, HEADER_ROOM + length);
}

export type Frame =
  | { kind: "text"; text: string }
  | { kind: "ping" | "pong"; data: Buffer }
  | { kind: "close"; code: number; reason: string; data: Buffer };

/** Cuts a stream of bytes into messages. Throws when they are none. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #length = 0;
  /** Bytes that must be there before it is worth looking again. */
  #wanted = 2;
  #fragments: Buffer[] = [];
  #fragmentBytes = 0;

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** The next message; `null` when more bytes are needed. */
  next(): Frame | null {
    while (this.#length >= this.#wanted) {
      const bytes = this.#joined();
      const first = bytes[0] ?? 0;
      const second = bytes[1] ?? 0;
      if ((first & 0x70) !== 0) throw new Error("a frame with an extension nobody asked for");
      if ((second & 0x80) !== 0) throw new Error("a server must not mask its frames");
      const short = second & 0x7f;
      const head = short === EXTENDED_16 ? 4 : short === EXTENDED_64 ? 10 : 2;
      if (bytes.length < head) return this.#await(head);
      const length =
        head === 2
          ? short
          : head === 4
            ? bytes.readUInt16BE(2)
            : bytes.readUInt32BE(2) * 2 ** 32 + bytes.readUInt32BE(6);
      if (length + this.#fragmentBytes > MAX_DEBUGGEE_FRAME_BYTES) throw new Error("an endless frame");
      if (bytes.length < head + length) return this.#await(head + length);
      this.#take(head + length, bytes);
      const frame = this.#frame(first & 0x0f, (first & 0x80) !== 0, bytes.subarray(head, head + length));
      if (frame) return frame;
    }
    return null;
  }

  #await(bytes: number): null {
    this.#wanted = bytes;
    return null;
  }

  #joined(): Buffer {
    const [only] = this.#chunks;
    if (this.#chunks.length === 1 && only) return only;
    const whole = Buffer.concat(this.#chunks, this.#length);
    this.#chunks = [whole];
    return whole;
  }

  #take(count: number, bytes: Buffer): void {
    this.#length -= count;
    this.#chunks = this.#length === 0 ? [] : [bytes.subarray(count)];
    this.#wanted = 2;
  }

  #frame(opcode: number, last: boolean, data: Buffer): Frame | null {
    if (opcode >= 8) {
      if (!last || data.length > 125) throw new Error("a control frame that is too long");
      return control(opcode, data);
    }
    const begun = this.#fragments.length > 0;
    if (opcode === 2 || opcode > 2) throw new Error("a message that is no text");
    if ((opcode === 0) !== begun) throw new Error("a message that begins in the middle");
    if (last && !begun) return { kind: "text", text: data.toString("utf8") };
    this.#fragments.push(data);
    this.#fragmentBytes += data.length;
    if (!last) return null;
    const text = Buffer.concat(this.#fragments).toString("utf8");
    this.#fragments = [];
    this.#fragmentBytes = 0;
    return { kind: "text", text };
  }
}

function control(opcode: number, data: Buffer): Frame {
  if (opcode === 9) return { kind: "ping", data };
  if (opcode === 10) return { kind: "pong", data };
  if (opcode !== 8) throw new Error("a frame of a kind that does not exist");
  const code = data.length >= 2 ? data.readUInt16BE(0) : 1005;
  return { kind: "close", code, reason: data.toString("utf8", 2), data };
}
