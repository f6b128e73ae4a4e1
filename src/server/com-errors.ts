/** What went wrong between programs and the server: the newest, each within bounds. */
import { COM_ERROR_LIMIT } from "../protocol/constants.ts";
import { own } from "./own-property.ts";

/** How many fields of an error are kept, and how many characters of each: clients send along the whole request. */
const FIELD_LIMIT = 100;
const TEXT_LIMIT = 16 * 1024;

/** Keeps the newest, each within bounds. What is cut says so. */
export function addComError(comErrors: Record<string, unknown>[], error: Record<string, unknown>): void {
  const kept: Record<string, unknown> = {};
  const fields = Object.entries(error);
  for (const [key, value] of fields.slice(0, FIELD_LIMIT))
    own(kept, key.slice(0, TEXT_LIMIT), shortened(value));
  if (fields.length > FIELD_LIMIT) kept.fields_left_out = fields.length - FIELD_LIMIT;
  comErrors.push(kept);
  if (comErrors.length > COM_ERROR_LIMIT) comErrors.splice(0, comErrors.length - COM_ERROR_LIMIT);
}

function shortened(value: unknown): unknown {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.length <= TEXT_LIMIT ? value : `${text.slice(0, TEXT_LIMIT)}… (${text.length} characters)`;
}
