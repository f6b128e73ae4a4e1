/** May one function run in place of another? */
import type { Functions, KnownFunction } from "./functions.ts";
import { Refusal } from "./refusal.ts";

/**
 * Throws `function_not_found` when nothing of that name is registered, and `signature_mismatch` when the two take
 * different parameters. Clients that report an arity (`function_metadata.arity`) are compared by it, for there the
 * names of parameters mean nothing; others by the text of their signatures.
 */
export function checkReplacement(functions: Functions, name: string, replacement: string): void {
  const substitute = functions.get(replacement);
  if (!substitute) {
    throw new Refusal(
      "function_not_found",
      `No function ${JSON.stringify(replacement)} is registered, so it cannot replace ${JSON.stringify(name)}. GET /api/functions lists those there are.`,
    );
  }
  const original = functions.get(name);
  const [wanted, offered] = [shapeOf(original), shapeOf(substitute)];
  if (wanted === null || offered === null || wanted === offered) return;
  throw new Refusal(
    "signature_mismatch",
    `${JSON.stringify(replacement)} has the signature ${shown(substitute)}, but ${JSON.stringify(name)} has ${shown(original)}. Choose a function with the same signature.`,
  );
}

function shapeOf(known: KnownFunction | undefined): string | null {
  const arity = known?.metadata?.arity;
  if (typeof arity === "number") return `arity ${arity}`;
  return known?.signature == null ? null : String(known.signature);
}

const shown = (known: KnownFunction | undefined): string => String(known?.signature ?? "(unknown)");
