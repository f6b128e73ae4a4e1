/** Reads a JSON body within bounds: the size while it arrives, its depth and number of values before it is parsed. */
import { MAX_BODY_BYTES, MAX_JSON_DEPTH } from "../../protocol/constants.ts";
import { Refusal } from "../engine/refusal.ts";

/**
 * How many values a body may hold. Payloads travel as strings, so an honest body has few, while 80 MB of `[]` would
 * take gigabytes once parsed.
 */
const MAX_VALUES = 2_000_000;

const tooLarge = () =>
  new Refusal(
    "payload_too_large",
    `The body is larger than ${MAX_BODY_BYTES / 1024 / 1024} MiB. Send less: a shorter value, or only its CID.`,
  );

/** Refuses by the length a request announces, before a byte of it is read. */
export function checkContentLength(headers: Headers): void {
  if (Number(headers.get("content-length") ?? 0) > MAX_BODY_BYTES) throw tooLarge();
}

/** The body, or null when it is empty. Throws `invalid_json` and `payload_too_large`. */
export async function readJson(request: Request): Promise<unknown> {
  const text = request.headers.has("content-length") ? await request.text() : await readBounded(request);
  // Whether one is needed is the route's business.
  if (text.trim() === "") return null;
  checkShape(text);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new Refusal(
      "invalid_json",
      `The body is not valid JSON: ${error instanceof Error ? error.message : error}.`,
    );
  }
}

/** A chunked body announces no length, so it is counted. */
async function readBounded(request: Request): Promise<string> {
  if (!request.body) return "";
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) throw tooLarge();
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Refuses what nests too deep or holds too many values. Strings, which carry the payloads, are skipped whole. */
export function checkShape(text: string): void {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = endOfString(text, at);
    else if (code === 0x5b || code === 0x7b) depth += 1;
    else if (code === 0x5d || code === 0x7d) depth -= 1;
    if (code === 0x2c || code === 0x5b || code === 0x7b) values += 1;
    if (depth > MAX_JSON_DEPTH)
      throw new Refusal("invalid_json", `The body nests deeper than ${MAX_JSON_DEPTH} levels. Flatten it.`);
    if (values > MAX_VALUES) {
      throw new Refusal(
        "payload_too_large",
        `The body holds more than ${MAX_VALUES.toLocaleString("en-US")} values. Send large values as payloads.`,
      );
    }
  }
}

/** Index of the quote that ends the string begun at `start`; the text's end when there is none. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === 0x5c) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}
