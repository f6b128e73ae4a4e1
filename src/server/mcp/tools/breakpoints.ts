/** Breakpoints and functions, by the names the Python edition gave these tools. */
import { Type } from "@sinclair/typebox";
import {
  AfterBehavior,
  Behavior,
  type BreakpointList,
  type FunctionList,
  GlobalBehavior,
} from "../../../protocol/breakpoints.ts";
import { FunctionHint } from "../../../protocol/fields.ts";
import { defineTool } from "../tool.ts";

const strict = { additionalProperties: false };
const FunctionName = Type.String({
  minLength: 1,
  maxLength: 4_096,
  description: "As breakpoint_list_functions tells it: charge, Cart.add",
});

const BreakpointView = Type.Object({
  function_name: Type.String(),
  behavior: Type.String({ description: "stop pauses, go does not, yield does what the default says" }),
  after_behavior: Type.String({ description: "The same after the call; exception pauses when it threw" }),
  replacement: Type.Union([Type.String(), Type.Null()], { description: "Runs in its place" }),
});
const Done = Type.Object({ status: Type.Literal("ok"), function_name: Type.String() });
const Added = Type.Object({ ...Done.properties, hint: FunctionHint });

const path = (name: string, rest = "") => `/api/breakpoints/${encodeURIComponent(name)}${rest}`;

export const breakpointTools = [
  defineTool({
    name: "breakpoint_list_breakpoints",
    title: "List breakpoints",
    description:
      "Every breakpoint with its behavior, and the default behavior. Rules are apart: breakpoint_list_rules.",
    input: Type.Object({}, strict),
    output: Type.Object({ default_behavior: Type.String(), breakpoints: Type.Array(BreakpointView) }),
    effect: "look",
    async run(_, { api }) {
      const list = await api.get<BreakpointList>("/api/breakpoints");
      const { behavior } = await api.get<{ behavior: GlobalBehavior }>("/api/behavior");
      return {
        default_behavior: behavior,
        breakpoints: list.breakpoints.map((name) => ({
          function_name: name,
          behavior: list.breakpoint_behaviors[name] ?? "yield",
          after_behavior: list.breakpoint_after_behaviors[name] ?? "yield",
          replacement: list.breakpoint_replacements[name] ?? null,
        })),
      };
    },
  }),
  defineTool({
    name: "breakpoint_add",
    title: "Add a breakpoint",
    description:
      "Pauses every call of a function before it runs. The name need not be known yet. To pause only some calls (a condition, every nth, one only) use breakpoint_set_rule.",
    input: Type.Object({ function_name: FunctionName, behavior: Type.Optional(Behavior) }, strict),
    output: Added,
    effect: "change",
    run: ({ function_name, behavior }, { api }) =>
      api.post("/api/breakpoints", { function_name, behavior: behavior ?? "stop" }),
  }),
  defineTool({
    name: "breakpoint_remove",
    title: "Remove a breakpoint",
    description: "Takes a breakpoint away. Calls that are paused stay paused.",
    input: Type.Object({ function_name: FunctionName }, strict),
    output: Done,
    effect: "change",
    run: ({ function_name }, { api }) => api.delete(path(function_name)),
  }),
  defineTool({
    name: "breakpoint_set_behavior",
    title: "Set what a breakpoint does before calls",
    description: "stop pauses, go lets through, yield does what the default behavior says.",
    input: Type.Object({ function_name: FunctionName, behavior: Behavior }, strict),
    output: Done,
    effect: "change",
    run: ({ function_name, behavior }, { api }) => api.post(path(function_name, "/behavior"), { behavior }),
  }),
  defineTool({
    name: "breakpoint_set_after_behavior",
    title: "Set what a breakpoint does after calls",
    description:
      "stop pauses after each call with its result in view, exception only when the call threw (stop_exception: before each, and after a throw), go never, yield as the default says.",
    input: Type.Object({ function_name: FunctionName, behavior: AfterBehavior }, strict),
    output: Done,
    effect: "change",
    run: ({ function_name, behavior }, { api }) =>
      api.post(path(function_name, "/after_behavior"), { behavior }),
  }),
  defineTool({
    name: "breakpoint_set_replacement",
    title: "Run another function in a function's place",
    description:
      "The replacement must be registered by the program and take the same parameters. null takes the replacement away.",
    input: Type.Object(
      { function_name: FunctionName, replacement_function: Type.Union([FunctionName, Type.Null()]) },
      strict,
    ),
    output: Done,
    effect: "act",
    run: ({ function_name, replacement_function }, { api }) =>
      api.post(path(function_name, "/replacement"), { replacement_function }),
  }),
  defineTool({
    name: "breakpoint_get_default_behavior",
    title: "Get the default behavior",
    description: "What breakpoints do whose own behavior is yield.",
    input: Type.Object({}, strict),
    output: Type.Object({ behavior: Type.String() }),
    effect: "look",
    run: (_, { api }) => api.get("/api/behavior"),
  }),
  defineTool({
    name: "breakpoint_set_default_behavior",
    title: "Set the default behavior",
    description: "What breakpoints do whose own behavior is yield: stop, go, exception, stop_exception.",
    input: Type.Object({ behavior: GlobalBehavior }, strict),
    output: Type.Object({ behavior: Type.String() }),
    effect: "change",
    run: ({ behavior }, { api }) => api.post("/api/behavior", { behavior }),
  }),
  defineTool({
    name: "breakpoint_list_functions",
    title: "List functions",
    description: "Functions that programs have registered: what a breakpoint or a rule can be set on.",
    input: Type.Object(
      {
        contains: Type.Optional(Type.String({ description: "Only names that contain this, in any case" })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, description: "Default 200" })),
      },
      strict,
    ),
    output: Type.Object({
      functions: Type.Array(
        Type.Object({
          name: Type.String(),
          signature: Type.Union([Type.String(), Type.Number(), Type.Null()]),
        }),
      ),
      total: Type.Integer({
        description: "How many fit; above the limit the rest is left out: narrow it with contains",
      }),
    }),
    effect: "look",
    async run({ contains = "", limit = 200 }, { api }) {
      const list = await api.get<FunctionList>("/api/functions");
      const needle = contains.toLowerCase();
      const fitting = list.functions.filter((name) => name.toLowerCase().includes(needle));
      const functions = fitting.slice(0, limit).map((name) => ({
        name,
        signature: list.function_signatures[name] ?? null,
      }));
      return { functions, total: fitting.length };
    },
  }),
];
