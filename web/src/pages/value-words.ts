/** Values in a few words. */

export const shortCid = (cid: string): string => `${cid.slice(0, 8)}…${cid.slice(-4)}`;

/** `812 B`, `4.2 KB`, `50 MB` */
export function bytesText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(bytes < 1e4 ? 1 : 0)} KB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
