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
  return {
    openapi: "3.0.3",
    info: {
      title: "CID el Dill",
      version: VERSION,
      description: "Pause, inspect, edit and release function calls of running programs.",
      license: { name: "MIT" },
    },
    tags: Object.values(TAGS).map((name) => ({ name })),
    ...toOpenAPISchema(app, { staticFile: false }),
  };
}
