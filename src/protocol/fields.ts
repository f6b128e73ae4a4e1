/** Small schema builders shared by the contract's files. */
import { type TProperties, type TSchema, Type } from "@sinclair/typebox";
import { MAX_NAME_LENGTH } from "./constants.ts";

/** An object that may carry fields we do not know: the contract only ever grows. */
export const object = <T extends TProperties>(properties: T) =>
  Type.Object(properties, { additionalProperties: true });

/** A request that is ours alone: a field that nobody knows is a mistake, and said to be one. */
export const closed = <T extends TProperties>(properties: T) =>
  Type.Object(properties, { additionalProperties: false });

/** A field that may be left out or sent as `null`: Python clients send `None` for what they do not know. */
export const maybe = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));

/** One of a fixed list of strings. */
export const oneOf = <const T extends string[]>(values: T, options: { description?: string } = {}) =>
  Type.Union(
    values.map((value) => Type.Literal(value)),
    options,
  ) as unknown as ReturnType<typeof Type.Unsafe<T[number]>>;

/** Unix time in seconds, as a float. */
export const UnixSeconds = Type.Number({ description: "Unix time in seconds" });

/** A whole number in a query string: of the number types only this one is read from text. */
export const whole = (options: { minimum?: number; maximum?: number; description?: string } = {}) =>
  Type.Number({ multipleOf: 1, ...options });

/** Any JSON value. */
export const Json = Type.Unknown({ description: "Any JSON value" });

/** A non-empty name of a function, as the program gave it. */
export const FunctionName = Type.String({
  minLength: 1,
  maxLength: MAX_NAME_LENGTH,
  description: "Name of a function, as registered",
});

/** Beside what was set for a name that no program has. */
export const FunctionHint = Type.Optional(
  Type.String({ description: "No program has a function of that name, but one that is much alike" }),
);

/** `"(x: int) -> int"` from Python, an arity such as `2` from old browser clients. */
export const Signature = Type.Union([Type.String(), Type.Number()], {
  description: "A signature as text, or a number of parameters",
});

/** What a call that only had to work answers. */
export const Ok = object({ status: Type.Literal("ok") });
