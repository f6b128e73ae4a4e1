/**
 * From a WebSocket message to a frame that is what its type says. `calls`, `ask` and `end` come by the thousand and are
 * checked by hand (hot-frames.ts), with the same outcome as their schemas, which a property test shows; the others by
 * their schemas.
 */
import type { TSchema } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler } from "@sinclair/typebox/compiler";
import { CLIENT_FRAMES } from "../../protocol/debuggee-frame-schemas.ts";
import type { ClientFrame } from "../../protocol/debuggee-frames.ts";
import { Refusal } from "../engine/refusal.ts";
import { checkShape } from "../http/json-body.ts";
import { HOT_CHECKS } from "./hot-frames.ts";
import { Violation } from "./violation.ts";

/** Above this, in characters, a message's depth and number of values are looked at before it is parsed. */
const LARGE = 1024 * 1024;

type FrameType = ClientFrame["t"];

/** Throws a Violation that says what is wrong with it. */
export function readFrame(message: string | Uint8Array): ClientFrame {
  if (typeof message !== "string")
    throw new Violation(
      "invalid_frame",
      "A frame is a text message holding one JSON object, not a binary one.",
    );
  const value = parse(message);
  const type = typeOf(value);
  const isHot = HOT_CHECKS[type]?.(value);
  if (isHot === true || (isHot === undefined && checkOf(type).Check(value))) return value as ClientFrame;
  throw new Violation(
    "invalid_frame",
    `The frame ${JSON.stringify(type)} ${problemOf(checkOf(type), value)}.`,
  );
}

/** Which frame a refused message was meant to be, as far as can be told. */
export function partsOf(message: string | Uint8Array): { of: string; seq?: number; batch?: number } {
  if (typeof message !== "string" || message.length > LARGE) return { of: "?" };
  try {
    const { t, seq, batch } = JSON.parse(message) as Record<string, unknown>;
    return {
      of: typeof t === "string" ? t.slice(0, 20) : "?",
      ...(Number.isSafeInteger(seq) ? { seq: seq as number } : {}),
      ...(Number.isSafeInteger(batch) ? { batch: batch as number } : {}),
    };
  } catch {
    return { of: "?" };
  }
}

function parse(message: string): unknown {
  try {
    if (message.length > LARGE) checkShape(message);
    return JSON.parse(message);
  } catch (error) {
    const reason = error instanceof Refusal || error instanceof Error ? error.message : String(error);
    throw new Violation("invalid_frame", `The message is not the JSON it should be: ${reason}`);
  }
}

function typeOf(value: unknown): FrameType {
  const type = typeof value === "object" && value !== null && "t" in value ? value.t : undefined;
  if (typeof type === "string" && Object.hasOwn(CLIENT_FRAMES, type)) return type as FrameType;
  throw new Violation(
    "invalid_frame",
    `A frame has a "t" that is one of ${Object.keys(CLIENT_FRAMES).join(", ")}, not ${JSON.stringify(type)?.slice(0, 60)}.`,
  );
}

const checks = new Map<FrameType, TypeCheck<TSchema>>();

/** Compiled when a frame of the type first comes. */
function checkOf(type: FrameType): TypeCheck<TSchema> {
  const known = checks.get(type);
  if (known) return known;
  const check = TypeCompiler.Compile<TSchema>(CLIENT_FRAMES[type]);
  checks.set(type, check);
  return check;
}

function problemOf(check: TypeCheck<TSchema>, value: unknown): string {
  const problem = check.Errors(value).First();
  return problem ? `is wrong at ${problem.path || "its root"}: ${problem.message}` : "is not as described";
}
