/** Lists of whole numbers as bytes: 7 bits a byte, the low ones first. Small numbers are one byte. */

let buffer = new Uint8Array(1024);
let end = 0;

function put(value: number): void {
  if (end + 8 > buffer.length) {
    const larger = new Uint8Array(buffer.length * 2);
    larger.set(buffer);
    buffer = larger;
  }
  let rest = value;
  while (rest >= 0x80) {
    buffer[end++] = (rest % 0x80) | 0x80;
    rest = rest < 0x80000000 ? rest >>> 7 : Math.floor(rest / 0x80);
  }
  buffer[end++] = rest;
}

/**
 * The numbers of a call's arguments, then their client_refs when one has any. The bytes are good until the next call:
 * bind them at once.
 */
export function packArgs(
  ids: readonly number[],
  refs: readonly number[] | null | undefined,
): Uint8Array | null {
  if (ids.length === 0) return null;
  end = 0;
  put(ids.length);
  for (const id of ids) put(id);
  if (refs?.some((ref) => ref !== 0)) for (const ref of refs) put(ref);
  return buffer.subarray(0, end);
}

export function unpackArgs(bytes: Uint8Array | null): { ids: number[]; refs: number[] } {
  const ids: number[] = [];
  const refs: number[] = [];
  if (bytes === null) return { ids, refs };
  let at = 0;
  const take = (): number => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  };
  const count = take();
  while (ids.length < count && at < bytes.length) ids.push(take());
  while (at < bytes.length) refs.push(take());
  return { ids, refs };
}
