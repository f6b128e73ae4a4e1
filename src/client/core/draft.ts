/** A call about to be reported: its values encoded at the moment of the call, before anything can change them. */
import type { CallSite } from "../../protocol/calls.ts";
import type { PayloadItem } from "../../protocol/payload.ts";
import { type EncodeOptions, encode } from "../encode/encode.ts";
import { TARGET_LIMITS } from "../encode/limits.ts";
import { digest, type Talk } from "./effects.ts";
import type { OpenCall } from "./open-calls.ts";
import type { Session } from "./session.ts";

/** One value of a call, in both its forms. */
export interface Payload {
  readonly text: string;
  readonly value: unknown;
  /** Filled in by the first conversation that needs it. */
  cid: string | null;
}

export interface CallDraft {
  readonly name: string;
  readonly callType: "proxy" | "inline";
  readonly site: CallSite;
  readonly signature: string | number | null;
  readonly args: readonly Payload[];
  readonly target: Payload | null;
  /** For `$args` and `$this` of the REPL. */
  readonly thisArg: unknown;
  /** The call this one was made in. */
  readonly parentCallId: string | null;
  readonly open: OpenCall;
}

/** Encodes a value for the wire. */
export const payloadOf = (value: unknown, options: EncodeOptions): Payload => ({
  text: encode(value, options),
  value,
  cid: null,
});

/** The object a method is called on: a glance at it. */
export const targetPayload = (value: unknown, options: EncodeOptions): Payload =>
  payloadOf(value, { ...options, limits: TARGET_LIMITS });

const refs = new WeakMap<object, number>();
let lastRef = 0;

/** A number that stays with an object, so that the server can tell "the same object" from "an equal one". */
export function clientRef(value: unknown): number | undefined {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  let ref = refs.get(value);
  if (ref === undefined) {
    ref = ++lastRef;
    refs.set(value, ref);
  }
  return ref;
}

/** The item of a payload, without its bytes when the server holds them already. */
export function* itemOf(payload: Payload, session: Session, withData: boolean): Talk<PayloadItem> {
  payload.cid ??= yield* digest(payload.text);
  const ref = clientRef(payload.value);
  const item: PayloadItem = { cid: payload.cid, serialization_format: "json" };
  if (withData || !session.held.has(payload.cid)) item.data = payload.text;
  if (ref !== undefined) item.client_ref = ref;
  return item;
}
