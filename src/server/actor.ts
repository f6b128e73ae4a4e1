/** Who sends a request, as it says of itself: kept with what is decided, never proof of anything. */
import type { DecidedBy } from "../protocol/actions.ts";
import { ACTOR_HEADER } from "../protocol/constants.ts";

/** Longest name that is kept. */
const LONGEST_NAME = 100;

/** `agent:Claude` is an agent of that name; without a header, or with one that says nothing known, it is a script. */
export function actorOf({ headers }: { headers: Headers }): DecidedBy {
  const [, kind, name = ""] = /^(person|agent|script)(?::(.*))?$/.exec(headers.get(ACTOR_HEADER) ?? "") ?? [];
  const known = (kind ?? "script") as "person" | "agent" | "script";
  const text = name.trim().slice(0, LONGEST_NAME);
  return text === "" ? { kind: known } : { kind: known, name: text };
}
