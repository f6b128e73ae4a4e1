/** Two beginnings a person can choose in their agent. */
import type { McpServer } from "@modelcontextprotocol/server";
import { Type } from "@sinclair/typebox";
import { INSTRUCTIONS } from "./instructions.ts";
import { standard } from "./tool.ts";

const user = (text: string) => ({
  messages: [{ role: "user" as const, content: { type: "text" as const, text } }],
});

export function registerPrompts(server: McpServer): void {
  server.registerPrompt(
    "debug-session-start",
    {
      title: "Start a debugging session",
      description: "Find the cause of a misbehaviour by pausing and looking at calls",
      argsSchema: standard(
        Type.Object({
          problem: Type.Optional(Type.String({ description: "What goes wrong, and how one sees it" })),
          function_name: Type.Optional(
            Type.String({ description: "A function to begin with, if one is suspected" }),
          ),
        }),
        "debug-session-start",
      ),
    },
    ({ problem, function_name }) =>
      user(
        [
          `Debug this with the breakpoint tools: ${problem || "(ask me what goes wrong)"}.`,
          ...(function_name ? [`Begin with ${function_name}.`] : []),
          "Say what you expect before each pause and what you found after it. Confirm the cause by a changed call before you propose a fix, and remove your rules and breakpoints at the end.",
          "",
          INSTRUCTIONS,
        ].join("\n"),
      ),
  );
  server.registerPrompt(
    "inspect-paused-call",
    {
      title: "Explain a paused call",
      description: "What waits, why, and what could be done about it",
      argsSchema: standard(
        Type.Object({
          pause_id: Type.Optional(Type.String({ description: "Default: the oldest that is paused" })),
        }),
        "inspect-paused-call",
      ),
    },
    ({ pause_id }) =>
      user(
        [
          pause_id
            ? `Look at the paused call ${pause_id} with breakpoint_inspect_paused.`
            : "Look at the oldest paused call: breakpoint_list_paused, then breakpoint_inspect_paused.",
          "Tell me in a few sentences what is called with what and from where, whether a value looks wrong, and what you would do. Look into long values with breakpoint_inspect_object.",
          "Change nothing and release nothing; use breakpoint_propose for what you would do.",
        ].join("\n"),
      ),
  );
}
