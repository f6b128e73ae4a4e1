/**
 * SHA-512 (FIPS 180-4) for pages: what browsers offer themselves is asynchronous, and in secure contexts only. 64-bit
 * words are pairs of 32-bit halves, high one first.
 */

/** Square roots of the first 8 primes and cube roots of the first 80: 64 bits of their fractions. */
function makeTables(): { start: Int32Array; rounds: Int32Array } {
  const primes: bigint[] = [];
  for (let n = 2n; primes.length < 80; n++) if (primes.every((prime) => n % prime !== 0n)) primes.push(n);
  return {
    start: halves(primes.slice(0, 8).map((prime) => root(prime << 128n, 2n))),
    rounds: halves(primes.map((prime) => root(prime << 192n, 3n))),
  };
}

/** The largest number whose power is not above `value`. */
function root(value: bigint, degree: bigint): bigint {
  let [low, high] = [0n, 1n << 70n];
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** degree <= value) low = middle;
    else high = middle - 1n;
  }
  return low;
}

const halves = (words: readonly bigint[]): Int32Array =>
  Int32Array.from(
    words.flatMap((word) => [Number(BigInt.asIntN(32, word >> 32n)), Number(BigInt.asIntN(32, word))]),
  );

let tables: ReturnType<typeof makeTables> | null = null;

/** SHA-512 of the UTF-8 bytes of a text, in hex. */
export function sha512(text: string): string {
  tables ??= makeTables();
  const bytes = new TextEncoder().encode(text);
  // A one bit, zeros, and the length in bits at the end of the last block of 128 bytes.
  const padded = new Uint8Array(Math.ceil((bytes.length + 17) / 128) * 128);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded.length - 4, bytes.length << 3);
  const state = tables.start.slice();
  const schedule = new Int32Array(160);
  for (let at = 0; at < padded.length; at += 128) {
    for (let i = 0; i < 32; i++) schedule[i] = view.getInt32(at + i * 4);
    extend(schedule);
    compress(state, schedule, tables.rounds);
  }
  return Array.from(state, (half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
}

/** One half of a word turned right by up to 63 bits; with the halves swapped, the other one. */
const turned = (high: number, low: number, by: number): number =>
  by < 32 ? (high >>> by) | (low << (32 - by)) : (low >>> (by - 32)) | (high << (64 - by));

/** What the sum of low halves carries over. */
const carry = (sum: number): number => Math.floor(sum / 2 ** 32);

function extend(w: Int32Array): void {
  for (let i = 32; i < 160; i += 2) {
    const [ah, al, bh, bl] = [w[i - 30] ?? 0, w[i - 29] ?? 0, w[i - 4] ?? 0, w[i - 3] ?? 0];
    const s0h = turned(ah, al, 1) ^ turned(ah, al, 8) ^ (ah >>> 7);
    const s0l = turned(al, ah, 1) ^ turned(al, ah, 8) ^ ((al >>> 7) | (ah << 25));
    const s1h = turned(bh, bl, 19) ^ turned(bh, bl, 61) ^ (bh >>> 6);
    const s1l = turned(bl, bh, 19) ^ turned(bl, bh, 61) ^ ((bl >>> 6) | (bh << 26));
    const low = (s0l >>> 0) + (s1l >>> 0) + ((w[i - 31] ?? 0) >>> 0) + ((w[i - 13] ?? 0) >>> 0);
    w[i] = s0h + s1h + (w[i - 32] ?? 0) + (w[i - 14] ?? 0) + carry(low);
    w[i + 1] = low;
  }
}

function compress(state: Int32Array, w: Int32Array, k: Int32Array): void {
  let [ah = 0, al = 0, bh = 0, bl = 0, ch = 0, cl = 0, dh = 0, dl = 0] = state;
  let [eh = 0, el = 0, fh = 0, fl = 0, gh = 0, gl = 0, hh = 0, hl = 0] = state.subarray(8);
  for (let i = 0; i < 160; i += 2) {
    const s1h = turned(eh, el, 14) ^ turned(eh, el, 18) ^ turned(eh, el, 41);
    const s1l = turned(el, eh, 14) ^ turned(el, eh, 18) ^ turned(el, eh, 41);
    const s0h = turned(ah, al, 28) ^ turned(ah, al, 34) ^ turned(ah, al, 39);
    const s0l = turned(al, ah, 28) ^ turned(al, ah, 34) ^ turned(al, ah, 39);
    const chooseL = (el & fl) ^ (~el & gl);
    const majorL = (al & bl) ^ (al & cl) ^ (bl & cl);
    const low1 =
      (hl >>> 0) + (s1l >>> 0) + (chooseL >>> 0) + ((k[i + 1] ?? 0) >>> 0) + ((w[i + 1] ?? 0) >>> 0);
    const t1h = (hh + s1h + ((eh & fh) ^ (~eh & gh)) + (k[i] ?? 0) + (w[i] ?? 0) + carry(low1)) | 0;
    const t1l = low1 >>> 0;
    const low2 = (s0l >>> 0) + (majorL >>> 0);
    const t2h = (s0h + ((ah & bh) ^ (ah & ch) ^ (bh & ch)) + carry(low2)) | 0;
    const lowE = (dl >>> 0) + t1l;
    const lowA = t1l + (low2 >>> 0);
    [hh, hl, gh, gl, fh, fl] = [gh, gl, fh, fl, eh, el];
    [eh, el] = [(dh + t1h + carry(lowE)) | 0, lowE | 0];
    [dh, dl, ch, cl, bh, bl] = [ch, cl, bh, bl, ah, al];
    [ah, al] = [(t1h + t2h + carry(lowA)) | 0, lowA | 0];
  }
  const words = [ah, al, bh, bl, ch, cl, dh, dl, eh, el, fh, fl, gh, gl, hh, hl];
  for (let i = 0; i < 16; i += 2) {
    const low = ((state[i + 1] ?? 0) >>> 0) + ((words[i + 1] ?? 0) >>> 0);
    state[i] = (state[i] ?? 0) + (words[i] ?? 0) + carry(low);
    state[i + 1] = low;
  }
}
