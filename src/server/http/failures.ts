/** Whatever went wrong in a request, as a refusal with a code and a sentence. Nothing internal leaks. */
import { ValidationError } from "elysia";
import { Refusal } from "../engine/refusal.ts";

const METHODS = ["GET", "POST", "DELETE"];

/** @param hasRoute Whether the same path exists under another method. */
export function asRefusal(
  error: unknown,
  code: unknown,
  method: string,
  path: string,
  hasRoute: (method: string) => boolean,
): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof ValidationError && error.type !== "response") return invalid(error, path);
  if (code === "NOT_FOUND") return notFound(method, path, hasRoute);
  if (code === "PARSE") return new Refusal("invalid_json", "The body could not be read as JSON.");
  return new Refusal(
    "internal_error",
    "Something failed inside the server. Start it with --debug to see what, and please report it.",
  );
}

function notFound(method: string, path: string, hasRoute: (method: string) => boolean): Refusal {
  const allowed = METHODS.filter((other) => other !== method && hasRoute(other));
  if (allowed.length > 0) {
    return new Refusal(
      "method_not_allowed",
      `${method} is not possible at ${JSON.stringify(path)}; ${allowed.join(" and ")} ${allowed.length > 1 ? "are" : "is"}.`,
      { allowed_methods: allowed },
    );
  }
  return new Refusal("not_found", `There is nothing at ${JSON.stringify(path)}. GET /openapi.json lists what there is.`);
}

/** Parts of a body that carry payload items, for which the contract has a code of its own. */
const PAYLOAD_FIELDS = /^\/(target|args|kwargs|result_|exception_c|exception_d|function_c|function_d)/;

function invalid(error: ValidationError, path: string): Refusal {
  const first = error.all[0];
  const problem = first && "path" in first ? first : undefined;
  const field = problem?.path ?? "";
  const where = field === "" ? `the ${error.type}` : `${error.type}${field.replaceAll("/", ".")}`;
  const given = problem && "value" in problem ? `, not ${shortJson(problem.value)}` : "";
  const why = problem && "message" in problem ? problem.message : "it does not fit the schema";
  const isPayload = path.startsWith("/api/call/") && PAYLOAD_FIELDS.test(field);
  return new Refusal(
    isPayload ? "invalid_payload" : "invalid_request",
    `${where[0]?.toUpperCase()}${where.slice(1)} is wrong: ${why}${given}. GET /openapi.json describes what is expected.`,
  );
}

function shortJson(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
