/**
 * Python's texts as bytes and back. Python's str may hold lone surrogates and pickles them as `surrogatepass` UTF-8,
 * which TextDecoder refuses and TextEncoder cannot write: hence the slow paths here, taken only for such texts.
 */

// ignoreBOM keeps a leading U+FEFF: it is part of the value.
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** UTF-8 with surrogates let through; undefined when the bytes are no such text. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeSurrogatePass(bytes);
  }
}

function decodeSurrogatePass(bytes: Uint8Array): string | undefined {
  // Only three-byte surrogates (ED A0..BF xx) differ from strict UTF-8: decode what lies between them strictly.
  let text = "";
  let from = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    if (bytes[at] !== 0xed || (bytes[at + 1] ?? 0) < 0xa0) continue;
    const second = bytes[at + 1];
    const third = bytes[at + 2];
    if (second === undefined || third === undefined || second > 0xbf || !isContinuation(third))
      return undefined;
    try {
      text += strict.decode(bytes.subarray(from, at));
    } catch {
      return undefined;
    }
    text += String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | (third & 0x3f));
    at += 2;
    from = at + 1;
  }
  try {
    return text + strict.decode(bytes.subarray(from));
  } catch {
    return undefined;
  }
}

/** UTF-8 with lone surrogates written as Python's `surrogatepass` does. */
export function encodeUtf8(text: string): Uint8Array {
  if (text.isWellFormed()) return encoder.encode(text);
  const parts: Uint8Array[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0xd800 || unit > 0xdfff) continue;
    const next = text.charCodeAt(at + 1);
    if (unit < 0xdc00 && next >= 0xdc00 && next <= 0xdfff) {
      at += 1;
      continue;
    }
    parts.push(encoder.encode(text.slice(from, at)));
    parts.push(Uint8Array.of(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)));
    from = at + 1;
  }
  parts.push(encoder.encode(text.slice(from)));
  return Buffer.concat(parts);
}

/** The longest prefix of at most `limit` bytes that ends between two characters. */
export function utf8Prefix(bytes: Uint8Array, limit: number): Uint8Array {
  if (bytes.length <= limit) return bytes;
  let end = limit;
  while (end > 0 && isContinuation(bytes[end])) end -= 1;
  return bytes.subarray(0, end);
}

/** How many characters UTF-8 bytes hold, without decoding them. */
export function countUtf8(bytes: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < bytes.length; at += 1) if (((bytes[at] ?? 0) & 0xc0) !== 0x80) count += 1;
  return count;
}

/** Python 2 byte strings: Python 3 reads them as ASCII; Latin-1 loses nothing where that fails. */
export function decodeLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** `raw-unicode-escape`: Latin-1, with `\uXXXX` and `\UXXXXXXXX` for the rest (protocol 0 texts). */
export function decodeRawUnicodeEscape(bytes: Uint8Array): string | undefined {
  let bad = false;
  const text = decodeLatin1(bytes).replace(
    /(\\+)(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/g,
    (all, slashes: string, short?: string, long?: string) => {
      // An even run of backslashes escapes nothing.
      if (slashes.length % 2 === 0) return all;
      const code = Number.parseInt(short ?? long ?? "", 16);
      if (code > 0x10ffff) {
        bad = true;
        return all;
      }
      return slashes.slice(1) + String.fromCodePoint(code);
    },
  );
  return bad ? undefined : text;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\n": "",
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** The quoted form of protocol 0 byte strings, `'a\\x00'`; undefined when it is not quoted. */
export function decodeQuoted(line: Uint8Array): string | undefined {
  const text = decodeLatin1(line).trim();
  const quote = text[0];
  if (text.length < 2 || (quote !== "'" && quote !== '"') || !text.endsWith(quote)) return undefined;
  return text
    .slice(1, -1)
    .replace(
      /\\(?:x([0-9a-fA-F]{2})|([0-7]{1,3})|([\s\S]))/g,
      (all, hex?: string, octal?: string, char?: string) => {
        if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
        if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
        return (char !== undefined ? ESCAPES[char] : undefined) ?? all;
      },
    );
}
