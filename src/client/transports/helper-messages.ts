/** What a caller and its helper thread say to each other. Errors cross as text and are built again on the other side. */
import type { VerifiedServer, WireRequest, WireResponse } from "../core/effects.ts";
import { DebugError, DebugProtocolError, DebugServerError, DebugTimeoutError, messageOf } from "../errors.ts";

/** A job for the helper. The environment travels along: a worker's own is a copy from when it was started. */
export type HelperJob =
  | { kind: "send"; serverUrl: string; request: Omit<WireRequest, "alarm"> }
  | { kind: "locate"; serverUrl: string | null; env: Record<string, string | undefined> };

export type HelperAnswer =
  | { kind: "response"; response: WireResponse }
  | { kind: "server"; server: VerifiedServer }
  | { kind: "error"; name: string; message: string };

const CLASSES: Record<string, new (message: string) => DebugError> = {
  DebugServerError,
  DebugTimeoutError,
  DebugProtocolError,
};

export const errorAnswer = (error: unknown): HelperAnswer => ({
  kind: "error",
  name: error instanceof Error ? error.name : "DebugError",
  message: messageOf(error),
});

export function errorFrom(answer: { name: string; message: string }): DebugError {
  const known = Object.hasOwn(CLASSES, answer.name) ? CLASSES[answer.name] : undefined;
  return known ? new known(answer.message) : new DebugError(answer.message);
}
