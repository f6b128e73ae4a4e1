/** Ids of calls as who numbered them and their number: `"<client>.17"` of a live client, `"1764309000.123456-017"` over HTTP. */
export type ParsedCallId = { client: string; seq: number } | { startedAt: string; seq: number };

export function parseCallId(id: string): ParsedCallId | null {
  const dot = id.lastIndexOf(".");
  const rest = id.slice(dot + 1);
  if (dot > 0 && isDigits(rest)) {
    const client = id.slice(0, dot);
    return client.includes("-") ? { client, seq: Number(rest) } : null;
  }
  const match = /^(\d+\.\d{6})-(\d{3,15})$/.exec(id);
  return match ? { startedAt: match[1] ?? "", seq: Number(match[2]) } : null;
}

/** `seq` of a live client's call when it is of this client, else null: for every streamed call, so without a pattern. */
export function seqWithin(id: string, client: string): number | null {
  if (!id.startsWith(client) || id.charCodeAt(client.length) !== 46) return null;
  const seq = Number(id.slice(client.length + 1));
  return Number.isSafeInteger(seq) && seq >= 0 ? seq : null;
}

/** The key of the source that numbers the calls of a server's HTTP clients. */
export const httpSource = (instanceId: string): string => `http:${instanceId}`;

export const httpCallId = (startedAt: number, seq: number): string =>
  `${startedAt.toFixed(6)}-${String(seq).padStart(3, "0")}`;

const isDigits = (text: string): boolean => /^\d{1,15}$/.test(text);
