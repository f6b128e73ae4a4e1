/** `GET /openapi.json`: the API's description, made from the routes' own schemas on first use. */
import { type AnyElysia, Elysia } from "elysia";
import { VERSION } from "../../protocol/version.ts";
import { TAGS } from "./docs.ts";

/** @param describe Makes an app of the routes to describe. */
export function openApiRoutes(describe: () => AnyElysia) {
  let description: Promise<object> | undefined;
  const json = () => {
    description ??= openApi(describe());
    return description;
  };
  return new Elysia({ name: "openapi" })
    .get("/openapi.json", json, { detail: { hide: true } })
    .get("/api/openapi.json", json, { detail: { hide: true } });
}

async function openApi(app: AnyElysia): Promise<object> {
  // Loaded when somebody asks: a server that starts has other things to do.
  const { toOpenAPISchema } = await import("@elysiajs/openapi");
  const { paths, ...rest } = toOpenAPISchema(app, { staticFile: false });
  return {
    // 3.1 is what the schemas are: they say `type: ["string", "null"]`.
    openapi: "3.1.0",
    info: {
      title: "CID el Dill",
      version: VERSION,
      description: "Pause, inspect, edit and release function calls of running programs.",
      license: { name: "MIT" },
    },
    tags: Object.values(TAGS).map((name) => ({ name })),
    ...rest,
    paths: Object.fromEntries(Object.entries(paths).map(([path, item]) => [path, corrected(item ?? {})])),
  };
}

interface Operation {
  requestBody?: { content?: Record<string, unknown> };
  responses?: Record<string, unknown>;
}

/** What the generator cannot know: bodies are JSON and nothing else, and a WebSocket begins as a GET. */
function corrected(item: object): Record<string, Operation> {
  const operations = Object.entries(item).map(([method, described]): [string, Operation] => {
    const operation = withNullInEnums(described) as Operation;
    const json = operation.requestBody?.content?.["application/json"];
    if (operation.requestBody && json) operation.requestBody.content = { "application/json": json };
    if (method !== "ws") return [method, operation];
    return ["get", { ...operation, responses: { 101: { description: "The event feed begins" } } }];
  });
  return Object.fromEntries(operations);
}

/** `type: ["string", "null"]` with an enum allows null only when the enum names it. */
function withNullInEnums(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withNullInEnums);
  if (typeof schema !== "object" || schema === null) return schema;
  const copy = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, withNullInEnums(value)]),
  );
  if (Array.isArray(copy.enum) && Array.isArray(copy.type) && copy.type.includes("null"))
    copy.enum = [...copy.enum, null];
  return copy;
}
