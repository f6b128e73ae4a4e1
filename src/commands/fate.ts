/** The one thing a call is to do instead of what it would, as options say it. */
import { UsageError } from "./errors.ts";

const FATES = ["return", "throw", "set", "replace"] as const;
type Fate = (typeof FATES)[number];

type FateValues<K extends string> = { readonly [name in Fate | K | "type"]?: unknown };

/**
 * The option that was given; undefined when none was.
 *
 * @param others Further options that exclude these.
 * @throws UsageError when there are two, or `--type` without `--throw`.
 */
export function fateOf<const K extends string = never>(
  values: FateValues<NoInfer<K>>,
  others: readonly K[] = [],
): Fate | K | undefined {
  const [fate, second] = [...FATES, ...others].filter((name) => isGiven(values[name]));
  if (second !== undefined)
    throw new UsageError(`--${fate} and --${second} exclude each other: a call has one fate`);
  if (values.type !== undefined && fate !== "throw") throw new UsageError("--type goes with --throw");
  return fate;
}

const isGiven = (value: unknown): boolean =>
  value !== undefined && !(Array.isArray(value) && value.length === 0);
