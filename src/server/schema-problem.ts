/** What is wrong with a value, of all that a schema complains about: the one thing that says most. */
import { type ValueError, ValueErrorType } from "@sinclair/typebox/errors";

/** The first complaint, but a name that is not known before others: it explains why another is missing. */
export function mainProblem(problems: Iterable<ValueError>): ValueError | undefined {
  const all = [...problems];
  const first = all.find(isUnknownName) ?? all[0];
  return first && innermost(first);
}

export const isUnknownName = ({ type }: ValueError): boolean =>
  type === ValueErrorType.ObjectAdditionalProperties;

/** Of alternatives, what is wrong within the one that was meant. */
function innermost(problem: ValueError): ValueError {
  if (literalsOf(problem)) return problem;
  const options = problem.errors
    .map((errors) => [...errors])
    .filter(([one]) => one !== undefined && one.schema.type !== "null");
  const kind = unknownKind(options);
  if (kind) return kind;
  const isMeant = (errors: readonly ValueError[]) =>
    !errors.some(({ path, schema }) => path === problem.path || "const" in schema);
  const meant = options.filter(isMeant).sort((a, b) => a.length - b.length)[0];
  // Nothing fits at all: the first that is not just null says what would.
  if (meant) return mainProblem(meant) ?? problem;
  const first = options[0]?.[0];
  return first ? innermost(first) : problem;
}

/** Every alternative wants another word in one place: that word is none of them. */
function unknownKind(options: readonly (readonly ValueError[])[]): ValueError | undefined {
  const kinds = options.flatMap((errors) => errors.find(({ schema }) => "const" in schema) ?? []);
  const [first] = kinds;
  if (!first || kinds.length < options.length || kinds.some(({ path }) => path !== first.path))
    return undefined;
  return { ...first, schema: { ...first.schema, anyOf: kinds.map(({ schema }) => schema) } };
}

/** The literals of an enumeration, as JSON; null for anything else. */
export function literalsOf({ schema }: ValueError): string[] | null {
  const { anyOf } = schema as { anyOf?: { const?: unknown; type?: string }[] };
  const literals = anyOf?.filter((option) => option.type !== "null");
  if (!literals?.every((option) => "const" in option)) return null;
  return literals.map((option) => JSON.stringify(option.const));
}
