/** Values that are typed on the command line: JSON, and arguments by place or name. */
import { parameterNames } from "../protocol/parameters.ts";
import { UsageError } from "./errors.ts";
import { printable } from "./printable.ts";

/** The value of an option that takes JSON. */
export function jsonOf(option: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const shown = printable(text);
    const hint = /^[\w .:/@-]+$/.test(text) ? `; a text needs quotes of its own: ${option} '"${shown}"'` : "";
    throw new UsageError(`${option} ${JSON.stringify(shown)} is not JSON${hint}`);
  }
}

/** `--set 0=5`, `--set amount=5`, in the order given. */
export function assignmentsOf(texts: readonly string[]): { name: string; value: unknown }[] {
  const seen = new Set<string>();
  return texts.map((text) => {
    const at = text.indexOf("=");
    const name = at === -1 ? "" : text.slice(0, at).trim();
    if (name === "")
      throw new UsageError(
        `--set "${printable(text)}" is not allowed: give PLACE=JSON or NAME=JSON, as in --set 0=5`,
      );
    if (seen.has(name)) throw new UsageError(`--set gives ${printable(name)} twice`);
    seen.add(name);
    return { name, value: jsonOf(`--set ${name}=`, text.slice(at + 1)) };
  });
}

/** What is known of a function's parameters. */
export interface Parameters {
  signature: string | number | null;
  /** Positional arguments the call has; null when any call is meant. */
  count: number | null;
  /** Keyword arguments the call has. */
  kwargs: readonly string[];
}

/**
 * Where each assignment goes: by its place, by the name of a positional parameter, or to a keyword argument.
 *
 * @throws UsageError that lists the arguments there are.
 */
export function placed(
  assignments: readonly { name: string; value: unknown }[],
  { signature, count, kwargs }: Parameters,
): { args: Map<number, unknown>; kwargs: Map<string, unknown> } {
  const names = parameterNames(signature, count ?? 20).map((name) => name.replace(/^[.*]+/, ""));
  const result = { args: new Map<number, unknown>(), kwargs: new Map<string, unknown>() };
  for (const { name, value } of assignments) {
    const place = /^\d{1,4}$/.test(name) ? Number(name) : kwargs.includes(name) ? -1 : names.indexOf(name);
    if (place === -1 && (kwargs.includes(name) || count === null)) result.kwargs.set(name, value);
    else if (place >= 0 && (count === null || place < count)) result.args.set(place, value);
    else
      throw new UsageError(
        `--set ${printable(name)} names no argument of this call${listed(names, count ?? 0, kwargs)}`,
      );
  }
  return result;
}

function listed(names: readonly string[], count: number, kwargs: readonly string[]): string {
  const places = Array.from({ length: count }, (_, place) =>
    names[place] ? `${place} (${names[place]})` : String(place),
  );
  const all = [...places, ...kwargs];
  return all.length === 0 ? ", which has none" : `; it has ${printable(all.join(", "))}`;
}
