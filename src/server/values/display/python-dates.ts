/** The packed bytes in which Python pickles dates and times. */

const at = (bytes: Uint8Array, index: number): number => bytes[index] ?? 0;

/** Arguments of a date (4 bytes) or a datetime (10 bytes), as `repr()` writes them. */
export function dateText(bytes: Uint8Array): string {
  // The month's top bit is `fold`.
  const parts = [at(bytes, 0) * 256 + at(bytes, 1), at(bytes, 2) & 0x7f, at(bytes, 3)];
  return bytes.length < 10 ? parts.join(", ") : `${parts.join(", ")}, ${clock(bytes.subarray(4))}`;
}

/** Arguments of a time (6 bytes). */
export function timeText(bytes: Uint8Array): string {
  return clock(bytes);
}

/** Hour and minute always, seconds and microseconds when there are any. */
function clock(bytes: Uint8Array): string {
  const micro = at(bytes, 3) * 65_536 + at(bytes, 4) * 256 + at(bytes, 5);
  const parts = [at(bytes, 0) & 0x7f, at(bytes, 1)];
  if (at(bytes, 2) !== 0 || micro !== 0) parts.push(at(bytes, 2));
  if (micro !== 0) parts.push(micro);
  return parts.join(", ");
}

/** `days=1, seconds=2`, only what is not zero. */
export function timedeltaParts(parts: readonly number[]): string {
  const named = ["days", "seconds", "microseconds"]
    .map((name, index) => [name, parts[index] ?? 0] as const)
    .filter(([, value]) => value !== 0);
  return named.length === 0 ? "0" : named.map(([name, value]) => `${name}=${value}`).join(", ");
}
