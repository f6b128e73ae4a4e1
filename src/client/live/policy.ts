/** What the server said about which calls are to be asked about, made quick to look up. */
import type { NameSet, Policy } from "../../protocol/debuggee-frames.ts";

/** Why a call is asked about; 0 when nobody watches it. */
export const WATCH = { BEFORE: 1, AFTER: 2, AFTER_EXCEPTION: 4, MUTATION: 8 } as const;

export const NO_POLICY: Policy = {
  epoch: 0,
  before: nobody(),
  after: nobody(),
  after_exception: nobody(),
  mutation: nobody(),
};

function nobody(): NameSet {
  return { all: false, names: [], globs: [], regexes: [] };
}

/** Answers for a name, by the bits of `WATCH`. */
export type Watches = (name: string) => number;

export function watchesOf(policy: Policy): Watches {
  const before = memberOf(policy.before);
  const after = memberOf(policy.after);
  const afterException = memberOf(policy.after_exception);
  const mutation = memberOf(policy.mutation);
  return (name) =>
    (before(name) ? WATCH.BEFORE : 0) |
    (after(name) ? WATCH.AFTER : 0) |
    (afterException(name) ? WATCH.AFTER_EXCEPTION : 0) |
    (mutation(name) ? WATCH.MUTATION : 0);
}

function memberOf({ all, names, globs, regexes }: NameSet): (name: string) => boolean {
  if (all) return () => true;
  const spelled = new Set(names);
  const patterns = [...globs.map(fromGlob), ...regexes.map(fromText)];
  if (patterns.length === 0) return spelled.size === 0 ? () => false : (name) => spelled.has(name);
  return (name) => spelled.has(name) || patterns.some((pattern) => pattern === null || pattern.test(name));
}

/** `*` stands for any characters, `?` for one. */
function fromGlob(glob: string): RegExp {
  const parts = glob.split(/([*?])/).map((part) => {
    if (part === "*") return ".*";
    return part === "?" ? "." : part.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`, "s");
}

/** `null`, which matches everything, for what this engine cannot read: asking too often is right, too seldom is not. */
function fromText(source: string): RegExp | null {
  try {
    return new RegExp(source);
  } catch {
    return null;
  }
}
