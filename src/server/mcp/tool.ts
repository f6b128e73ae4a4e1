/**
 * What a tool is: a name, typed input and output, what it may do, and how it answers. Schemas are the contract's own kind
 * (TypeBox, which is JSON Schema); the SDK sees them through the Standard Schema interface. Whatever goes wrong is told in
 * a sentence an agent can act on.
 */
import type {
  CallToolResult,
  McpServer,
  ServerContext,
  StandardSchemaWithJSON,
  ToolAnnotations,
} from "@modelcontextprotocol/server";
import type { Static, TObject, TSchema } from "@sinclair/typebox";
import { Value, type ValueError } from "@sinclair/typebox/value";
import { isUnknownName, literalsOf, mainProblem } from "../schema-problem.ts";
import { adviceFor } from "./advice.ts";
import { type Api, RefusedError } from "./backend.ts";

export interface ToolContext {
  api: Api;
  signal: AbortSignal;
  /** Tells who waits that it goes on; nothing when they did not ask. */
  progress(done: number, total: number, message: string): Promise<void>;
}

export interface ToolSpec<I extends TObject, O extends TObject> {
  name: string;
  title: string;
  description: string;
  input: I;
  output: O;
  /** `look` changes nothing, `change` can be undone, `act` decides what a program does. */
  effect: "look" | "change" | "act";
  run(input: Static<I>, context: ToolContext): Promise<Static<O>>;
}

export interface Tool {
  readonly name: string;
  register(server: McpServer, api: Api): void;
}

const EFFECTS: Record<ToolSpec<TObject, TObject>["effect"], ToolAnnotations> = {
  look: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  change: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  act: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
};

export function defineTool<I extends TObject, O extends TObject>(spec: ToolSpec<I, O>): Tool {
  return {
    name: spec.name,
    register(server, api) {
      server.registerTool(
        spec.name,
        {
          title: spec.title,
          description: spec.description,
          inputSchema: standard(spec.input, spec.name),
          outputSchema: standard(spec.output, spec.name),
          annotations: { title: spec.title, ...EFFECTS[spec.effect] },
        },
        async (input, context) => answer(() => spec.run(input, contextOf(api, context))),
      );
    },
  };
}

async function answer(run: () => Promise<Record<string, unknown>>): Promise<CallToolResult> {
  try {
    const data = await run();
    return { content: [{ type: "text", text: JSON.stringify(data) }], structuredContent: data };
  } catch (error) {
    return { content: [{ type: "text", text: problem(error) }], isError: true };
  }
}

function problem(error: unknown): string {
  if (error instanceof RefusedError) return `${error.body.error}: ${error.message}${adviceFor(error.body)}`;
  return error instanceof Error ? error.message : String(error);
}

function contextOf(api: Api, { mcpReq }: ServerContext): ToolContext {
  const progressToken = mcpReq._meta?.progressToken;
  return {
    api,
    signal: mcpReq.signal,
    async progress(done, total, message) {
      if (progressToken === undefined) return;
      await mcpReq.notify({
        method: "notifications/progress",
        params: { progressToken, progress: done, total, message },
      });
    },
  };
}

/** A schema as the SDK wants it. */
export function standard<T extends TSchema>(
  schema: T,
  about: string,
): StandardSchemaWithJSON<Static<T>, Static<T>> {
  return {
    "~standard": {
      version: 1,
      vendor: "typebox",
      validate(value) {
        if (Value.Check(schema, value)) return { value: value as Static<T> };
        return { issues: [{ message: complaint(schema, value, about) }] };
      },
      jsonSchema: { input: () => plain(schema), output: () => plain(schema) },
    },
  };
}

/** Without the symbols TypeBox keeps for itself. */
const plain = (schema: TSchema): Record<string, unknown> =>
  JSON.parse(JSON.stringify(schema)) as Record<string, unknown>;

/** What is wrong with the input, where, and what would be right there. */
function complaint(schema: TSchema, value: unknown, about: string): string {
  const found = mainProblem(Value.Errors(schema, value));
  if (!found) return `The input of ${about} does not fit its schema.`;
  const place = found.path.slice(1).replaceAll("/", ".") || "the input";
  if (isUnknownName(found)) {
    // Of the object that has it, which may lie within the input.
    const known = Object.keys((found.schema.properties ?? schema.properties ?? {}) as object).join(", ");
    const holder = place.split(".").slice(0, -1).join(".");
    return `There is no ${place}; ${holder || about} takes ${known}.`;
  }
  const given = JSON.stringify(found.value)?.slice(0, 80) ?? "missing";
  return `${place} is ${given}; ${expectation(found)}`;
}

function expectation(found: ValueError): string {
  const { schema, message } = found;
  const { description } = schema as { description?: string };
  const literals = literalsOf(found);
  if (literals) return `it must be one of ${literals.join(", ")}`;
  return `${message.replace(/^Expected/, "expected")}${description ? ` (${description})` : ""}`;
}
