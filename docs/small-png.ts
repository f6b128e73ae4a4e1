/** Makes a screenshot small: a PNG of full colour becomes one of 256 colours, which a page of text needs no more of. */
import { crc32, deflateSync, inflateSync } from "node:zlib";

interface Picture {
  width: number;
  height: number;
  /** Red, green, blue and whatever else a pixel has. */
  pixels: Uint8Array;
  /** Bytes a pixel. */
  step: number;
}

const SIGNATURE = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
const COLOURS = 256;
/** Colours that differ by less than this in a channel are counted as one. */
const GRAIN = 0xf8;

export function smallPng(png: Uint8Array): Uint8Array {
  const { width, height, pixels, step } = decode(png);
  const counts = new Map<number, { count: number; colour: number }>();
  const colourAt = (at: number) =>
    ((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0);
  const grainOf = (colour: number) => colour & ((GRAIN << 16) | (GRAIN << 8) | GRAIN);
  for (let at = 0; at < pixels.length; at += step) {
    const colour = colourAt(at);
    const known = counts.get(grainOf(colour));
    if (known) known.count += 1;
    else counts.set(grainOf(colour), { count: 1, colour });
  }
  const palette = [...counts.values()].sort((a, b) => b.count - a.count).slice(0, COLOURS);
  const places = new Map<number, number>();
  const placeOf = (colour: number) => {
    const grain = grainOf(colour);
    const known = places.get(grain);
    if (known !== undefined) return known;
    const place = nearest(
      palette.map((each) => each.colour),
      colour,
    );
    places.set(grain, place);
    return place;
  };
  const rows = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows[y * (width + 1) + 1 + x] = placeOf(colourAt((y * width + x) * step));
  }
  return encode(
    width,
    height,
    palette.map((each) => each.colour),
    rows,
  );
}

function nearest(palette: readonly number[], colour: number): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [at, other] of palette.entries()) {
    const [r, g, b] = [16, 8, 0].map((shift) => ((colour >> shift) & 255) - ((other >> shift) & 255));
    const distance = 3 * (r ?? 0) ** 2 + 4 * (g ?? 0) ** 2 + 2 * (b ?? 0) ** 2;
    if (distance >= least) continue;
    least = distance;
    best = at;
  }
  return best;
}

/** What a browser writes: eight bits a channel, not interlaced. */
function decode(png: Uint8Array): Picture {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const [width, height, depth, kind] = [
    view.getUint32(16),
    view.getUint32(20),
    view.getUint8(24),
    view.getUint8(25),
  ];
  if (depth !== 8 || (kind !== 2 && kind !== 6))
    throw new Error("Only PNGs of full colour with 8 bits a channel");
  const parts: Uint8Array[] = [];
  for (let at = 8; at < png.length; at += 12 + view.getUint32(at)) {
    if (view.getUint32(at + 4) === 0x49444154) parts.push(png.subarray(at + 8, at + 8 + view.getUint32(at)));
  }
  const step = kind === 6 ? 4 : 3;
  return {
    width,
    height,
    step,
    pixels: unfiltered(inflateSync(Buffer.concat(parts)), width * step, height, step),
  };
}

/** Undoes the filter of each line (https://www.w3.org/TR/png-3/#9Filters). */
function unfiltered(lines: Uint8Array, length: number, height: number, step: number): Uint8Array {
  const out = new Uint8Array(length * height);
  for (let y = 0; y < height; y++) {
    const filter = lines[y * (length + 1)] ?? 0;
    for (let x = 0; x < length; x++) {
      const left = x < step ? 0 : (out[y * length + x - step] ?? 0);
      const up = y === 0 ? 0 : (out[(y - 1) * length + x] ?? 0);
      const corner = y === 0 || x < step ? 0 : (out[(y - 1) * length + x - step] ?? 0);
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter] ?? 0;
      out[y * length + x] = (lines[y * (length + 1) + 1 + x] ?? 0) + guess;
    }
  }
  return out;
}

function paeth(left: number, up: number, corner: number): number {
  const guess = left + up - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

function encode(width: number, height: number, palette: readonly number[], rows: Uint8Array): Uint8Array {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  const data = deflateSync(rows, { level: 9 });
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", head),
    chunk("PLTE", colours),
    chunk("IDAT", data),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(name), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  whole.set(body, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}
