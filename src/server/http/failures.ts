/** Whatever went wrong in a request, as a refusal with a code and a sentence. Nothing internal leaks. */
import type { ValueError } from "@sinclair/typebox/errors";
import { ValidationError } from "elysia";
import { Refusal } from "../engine/refusal.ts";
import { nearest } from "../nearest.ts";
import { isUnknownName, literalsOf, mainProblem } from "../schema-problem.ts";
import { unknownField } from "../unknown-field.ts";

const METHODS = ["GET", "POST", "PATCH", "DELETE"];

/**
 * @param hasRoute Whether the same path exists under another method.
 * @param known Paths that exist, to be guessed from.
 */
export function asRefusal(
  error: unknown,
  code: unknown,
  method: string,
  path: string,
  hasRoute: (method: string) => boolean,
  known: () => readonly string[] = () => [],
): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof Error && error.cause instanceof Refusal) return error.cause;
  if (error instanceof ValidationError && error.type !== "response") return invalid(error, path);
  if (code === "NOT_FOUND") return notFound(method, path, hasRoute, known);
  if (code === "PARSE") return new Refusal("invalid_json", "The body could not be read as JSON.");
  return new Refusal(
    "internal_error",
    "Something failed inside the server. Start it with --debug to see what, and please report it.",
  );
}

function notFound(
  method: string,
  path: string,
  hasRoute: (method: string) => boolean,
  known: () => readonly string[],
): Refusal {
  const allowed = METHODS.filter((other) => other !== method && hasRoute(other));
  if (allowed.length > 0) {
    return new Refusal(
      "method_not_allowed",
      `${method} is not possible at ${JSON.stringify(path)}; ${allowed.join(" and ")} ${allowed.length > 1 ? "are" : "is"}.`,
      { allowed_methods: allowed },
    );
  }
  if (hasRoute("WS"))
    return new Refusal("not_found", `${JSON.stringify(path)} is a WebSocket: connect to it as one.`);
  const meant = nearPath(path, known());
  return new Refusal(
    "not_found",
    `There is nothing at ${JSON.stringify(path)}${meant === undefined ? "." : `; did you mean ${meant}?`} GET /openapi.json lists what there is.`,
  );
}

/** By what follows /api/, with or without it: what all have in common makes none of them near. */
function nearPath(path: string, known: readonly string[]): string | undefined {
  const own = (text: string) => text.replace(/^\/(api\/)?/, "");
  const best = nearest(own(path), known.map(own));
  const found = known.filter((each) => own(each) === best);
  return found.find((each) => each.startsWith("/api/") === path.startsWith("/api/")) ?? found[0];
}

/** Parts of a body that carry payload items, for which the contract has a code of its own. */
const PAYLOAD_FIELDS = /^\/(target|args|kwargs|result_|exception_c|exception_d|function_c|function_d)/;

function invalid(error: ValidationError, path: string): Refusal {
  if (error.type === "body" && error.value === null)
    return new Refusal("invalid_json", "The body is empty or null; send a JSON object, {} at least.");
  const problem = problemOf(error);
  if (problem && isUnknownName(problem)) {
    const known = Object.keys((problem.schema as { properties?: object }).properties ?? {});
    const name = problem.path.slice(problem.path.lastIndexOf("/") + 1);
    return unknownField(name, known, "Nothing has changed");
  }
  const field = problem?.path ?? "";
  const part = error.type === "property" ? "A parameter" : `The ${error.type}`;
  const where = `${part}${field === "" ? "" : `'s field ${field.slice(1).replaceAll("/", ".")}`}`;
  const isPayload = path.startsWith("/api/call/") && PAYLOAD_FIELDS.test(field);
  return new Refusal(
    isPayload ? "invalid_payload" : "invalid_request",
    `${where} ${problem ? complaint(problem) : "does not fit"}. GET /openapi.json describes what is expected.`,
  );
}

function problemOf(error: ValidationError): ValueError | undefined {
  const { validator } = error;
  // A text that was turned into a number is checked by a validator that keeps its complaint on the error.
  if (!("Errors" in validator) || typeof validator.Errors !== "function")
    return error.valueError && mainProblem([error.valueError]);
  return mainProblem(validator.Errors(error.value));
}

function complaint(problem: ValueError): string {
  const given = problem.value === undefined ? "is missing" : `is ${shortJson(problem.value)}`;
  const allowed = literalsOf(problem);
  if (allowed) return `${given}; it must be one of ${allowed.join(", ")}`;
  if (problem.value === undefined) return given;
  return `${given}: ${problem.message.replace(/^Expected/, "expected")}`;
}

function shortJson(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
