/** Reads options as a command declares them, into values of the types it declared. */
import { parseArgs } from "node:util";
import { nearest } from "../server/nearest.ts";
import { UsageError } from "./errors.ts";
import { printable } from "./printable.ts";

interface Described {
  /** What it does, for the help. */
  help: string;
  short?: string;
}

/** On or off. Also understands `--no-NAME`; `negated` ones are on by default and shown as `--no-NAME`. */
export interface FlagSpec extends Described {
  kind: "flag";
  negated?: boolean;
}

/** Any text but an empty one. */
export interface TextSpec extends Described {
  kind: "text";
  /** Stands for the value in the help. */
  value: string;
}

/** Any number of texts: the option may be repeated. */
export interface ListSpec extends Described {
  kind: "list";
  value: string;
}

export interface NumberSpec extends Described {
  kind: "number";
  value: string;
  min: number;
  max: number;
  /** Only whole ones. */
  whole?: boolean;
  /** The value may be left out, and is this then. */
  bare?: number;
}

/** A port to ask for. */
export const PORT = { kind: "number", short: "p", value: "N", min: 0, max: 65535, whole: true } as const;

export interface ChoiceSpec<C extends string = string> extends Described {
  kind: "choice";
  choices: readonly C[];
}

export type Spec = FlagSpec | TextSpec | ListSpec | NumberSpec | ChoiceSpec;

/** Options by name, in camelCase: `strictPort` is written `--strict-port`. */
export type Specs = Readonly<Record<string, Spec>>;

type ValueOf<S extends Spec> = S extends FlagSpec
  ? boolean
  : S extends NumberSpec
    ? number | undefined
    : S extends ListSpec
      ? readonly string[]
      : S extends ChoiceSpec<infer C>
        ? C | undefined
        : string | undefined;

/** What `parseOptions` makes of the specs. */
export type Values<S extends Specs> = { readonly [K in keyof S]: ValueOf<S[K]> };

/** Every command has these. */
export const COMMON = {
  help: { kind: "flag", short: "h", help: "Show this help" },
  version: { kind: "flag", short: "v", help: "Show the version" },
} as const satisfies Specs;

/** How an option is written: `strictPort` is `--strict-port`. */
export const optionName = (key: string): string =>
  `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

const takesValue = (spec: Spec): boolean =>
  spec.kind !== "flag" && !(spec.kind === "number" && spec.bare !== undefined);

/** Looks like an option rather than a value; `-1` is a value, if a bad one. */
const looksLikeOption = (text: string): boolean => /^--?[a-z]/i.test(text);

export interface Parsed<S extends Specs> {
  values: Values<S & typeof COMMON>;
  /** What is no option, in order. */
  rest: string[];
}

/**
 * Reads a command line.
 *
 * @throws UsageError that names the option, the value and what is allowed.
 * @example
 * parseOptions(["--port", "80"], { port: { kind: "number", value: "N", min: 0, max: 65535, help: "" } }).values.port; // 80
 */
export function parseOptions<const S extends Specs>(argv: readonly string[], specs: S): Parsed<S> {
  const all: Specs = { ...COMMON, ...specs };
  const byName = new Map(Object.entries(all).map(([key, spec]) => [optionName(key), { key, spec }]));
  const values: Record<string, unknown> = {};
  for (const [key, spec] of Object.entries(all)) values[key] = initial(spec);

  const rest: string[] = [];
  const tokens = tokenize(argv, byName);
  for (const [index, token] of tokens.entries()) {
    if (token.kind === "positional") rest.push(token.value);
    if (token.kind !== "option") continue;
    const found = byName.get(`--${token.name}`);
    const positive = token.name.startsWith("no-") ? byName.get(`--${token.name.slice(3)}`) : undefined;
    if (found === undefined && positive?.spec.kind === "flag" && token.value === undefined) {
      values[positive.key] = false;
      continue;
    }
    if (found === undefined) throw unknownOption(token.rawName, [...byName.keys()]);
    let { value } = token;
    const next = tokens[index + 1];
    // "--wait 5" can only mean "--wait=5".
    if (
      value === undefined &&
      hasBareForm(found.spec) &&
      next?.kind === "positional" &&
      isNumber(next.value)
    ) {
      value = next.value;
      tokens.splice(index + 1, 1, { ...next, kind: "option-terminator" });
    }
    values[found.key] = read(optionName(found.key), found.spec, value, token.inlineValue, values[found.key]);
  }
  // Every key of the specs was given its initial value, and `read` answers in the spec's own type.
  return { values: values as Values<S & typeof COMMON>, rest };
}

function tokenize(argv: readonly string[], byName: ReadonlyMap<string, { spec: Spec }>) {
  const options: Record<string, { type: "string" | "boolean"; short?: string }> = {};
  for (const [name, { spec }] of byName) {
    options[name.slice(2)] = {
      type: takesValue(spec) ? "string" : "boolean",
      ...(spec.short === undefined ? {} : { short: spec.short }),
    };
  }
  return parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

const hasBareForm = (spec: Spec): boolean => spec.kind === "number" && spec.bare !== undefined;
const isNumber = (text: string): boolean => /^\d+(\.\d+)?$/.test(text);

function initial(spec: Spec): unknown {
  if (spec.kind === "flag") return spec.negated ?? false;
  return spec.kind === "list" ? [] : undefined;
}

function unknownOption(written: string, names: readonly string[]): UsageError {
  const best = nearest(written, names);
  return new UsageError(
    `Unknown option ${printable(written)}${best === undefined ? "" : `; did you mean ${best}?`}`,
  );
}

function read(
  name: string,
  spec: Spec,
  value: string | undefined,
  inline: boolean | undefined,
  before: unknown,
) {
  if (spec.kind === "flag") {
    if (value !== undefined) throw new UsageError(`${name} takes no value, but was given ${quote(value)}`);
    return true;
  }
  if (value === undefined && spec.kind === "number" && spec.bare !== undefined) return spec.bare;
  const isMissing = value === undefined || (!inline && looksLikeOption(value));
  if (isMissing) throw new UsageError(`${name} needs a value: ${allowed(spec)}`);
  switch (spec.kind) {
    case "number": {
      const number = isNumber(value) ? Number(value) : Number.NaN;
      const fits = number >= spec.min && number <= spec.max && !(spec.whole && !Number.isInteger(number));
      if (!fits) throw badValue(name, value, spec);
      return number;
    }
    case "choice":
      if (!spec.choices.includes(value)) throw badValue(name, value, spec);
      return value;
    case "list":
      if (value.trim() === "") throw badValue(name, value, spec);
      return [...(Array.isArray(before) ? before : []), value];
    case "text":
      if (value.trim() === "") throw badValue(name, value, spec);
      return value;
  }
}

const quote = (value: string): string => `"${printable(value)}"`;

function badValue(name: string, value: string, spec: Spec): UsageError {
  const best = spec.kind === "choice" ? nearest(value, spec.choices) : undefined;
  const guess = best === undefined ? "" : ` (did you mean ${best}?)`;
  return new UsageError(`${name} ${quote(value)} is not allowed${guess}: give ${allowed(spec)}`);
}

function allowed(spec: Exclude<Spec, FlagSpec> | Spec): string {
  switch (spec.kind) {
    case "number":
      return `a ${spec.whole ? "whole " : ""}number from ${spec.min} to ${spec.max}`;
    case "choice":
      return spec.choices.join(", ").replace(/, ([^,]*)$/, " or $1");
    case "flag":
      return "nothing";
    default:
      return spec.value;
  }
}
