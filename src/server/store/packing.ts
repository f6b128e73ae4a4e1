/** Lists of whole numbers as bytes: 7 bits a byte, the low ones first. Small numbers are one byte. */

const sizeOf = (value: number): number => {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
  return size;
};

function put(bytes: Uint8Array, at: number, value: number): number {
  let rest = value;
  let end = at;
  while (rest >= 0x80) {
    bytes[end++] = (rest % 0x80) | 0x80;
    rest = rest < 0x80000000 ? rest >>> 7 : Math.floor(rest / 0x80);
  }
  bytes[end++] = rest;
  return end;
}

/** The numbers of a call's arguments, then their client_refs when one has any. */
export function packArgs(
  ids: readonly number[],
  refs: readonly number[] | null | undefined,
): Uint8Array | null {
  if (ids.length === 0) return null;
  const also = refs?.some((ref) => ref !== 0) ? refs : [];
  let size = sizeOf(ids.length);
  for (const id of ids) size += sizeOf(id);
  for (const ref of also) size += sizeOf(ref);
  const bytes = new Uint8Array(size);
  let end = put(bytes, 0, ids.length);
  for (const id of ids) end = put(bytes, end, id);
  for (const ref of also) end = put(bytes, end, ref);
  return bytes;
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
