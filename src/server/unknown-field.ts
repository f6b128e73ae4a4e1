/** What is said of a field that nobody knows. */
import { Refusal } from "./engine/refusal.ts";
import { nearest } from "./nearest.ts";

export function unknownField(field: string, known: readonly string[], consequence: string): Refusal {
  const near = nearest(field, known);
  const all = known.length === 0 ? "send {}." : `there are ${known.join(", ")}.`;
  const hint = near === undefined ? all : `did you mean ${near}?`;
  const name = JSON.stringify(field.length > 80 ? `${field.slice(0, 80)}…` : field);
  return new Refusal("invalid_request", `There is no field ${name}; ${hint} ${consequence}.`);
}
