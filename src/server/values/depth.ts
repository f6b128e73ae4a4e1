/** How deep a value nests, asked before anything recurses into it. */
import { MAX_JSON_DEPTH } from "../../protocol/constants.ts";
import { PayloadError } from "./errors.ts";

/**
 * Refuses a value that nests deeper than `MAX_JSON_DEPTH` (a cycle does too). Itself without recursion.
 *
 * @throws PayloadError `invalid_payload`.
 */
export function checkDepth(value: unknown): void {
  const open: { members: unknown[]; next: number }[] = [];
  const enter = (candidate: unknown): void => {
    if (typeof candidate !== "object" || candidate === null) return;
    if (open.length >= MAX_JSON_DEPTH) {
      throw new PayloadError(
        "invalid_payload",
        `the value nests deeper than ${MAX_JSON_DEPTH} levels: flatten it`,
      );
    }
    open.push({ members: Array.isArray(candidate) ? candidate : Object.values(candidate), next: 0 });
  };
  enter(value);
  for (let top = open[open.length - 1]; top !== undefined; top = open[open.length - 1]) {
    if (top.next >= top.members.length) {
      open.pop();
    } else {
      const member = top.members[top.next];
      top.next += 1;
      enter(member);
    }
  }
}
