/** `cideldill functions` */
import type { BreakpointList, FunctionList } from "../protocol/breakpoints.ts";
import { nearestFunction } from "../server/nearest.ts";
import { defineCommand } from "./command.ts";
import { jsonLine, printable } from "./printable.ts";
import { PRINTING_OPTIONS, serverApi } from "./server-api.ts";
import { tableLines } from "./table.ts";

export const command = defineCommand(
  {
    name: "functions",
    summary: "List the functions that programs made known",
    argument: "[TEXT]",
    options: PRINTING_OPTIONS,
    examples: [
      ["cideldill functions", "all of them, with the breakpoints at them"],
      ["cideldill functions order", "those whose name has that in it"],
      ["cideldill functions --json", "for a program: a line of JSON each"],
    ],
  },
  async (values, { out, err }, text = "") => {
    const api = await serverApi(values);
    const [known, { breakpoint_behaviors: behaviors }] = await Promise.all([
      api.get<FunctionList>("/api/functions"),
      api.get<BreakpointList>("/api/breakpoints"),
    ]);
    const wanted = text.toLowerCase();
    const found = known.functions
      .filter((name) => name.toLowerCase().includes(wanted))
      .sort((a, b) => a.localeCompare(b))
      .map((name) => ({
        function_name: name,
        signature: known.function_signatures[name] ?? null,
        breakpoint: behaviors[name] ?? null,
      }));
    if (values.json) for (const each of found) out.line(jsonLine(each));
    else if (found.length > 0) {
      const rows = found.map(({ function_name, signature, breakpoint }) => [
        printable(function_name),
        breakpoint ?? "",
        printable(parametersText(signature)),
      ]);
      for (const line of tableLines(["FUNCTION", "BREAKPOINT", "PARAMETERS"], rows, out)) out.line(line);
    } else
      err.line(
        known.functions.length === 0
          ? "No program has made a function known yet."
          : `No known function has "${printable(text)}" in its name${hint(text, known.functions)}`,
      );
    return 0;
  },
);

function hint(text: string, functions: readonly string[]): string {
  const near = nearestFunction(text, functions);
  return near === undefined ? "." : `; did you mean ${printable(near)}?`;
}

function parametersText(signature: string | number | null): string {
  if (typeof signature === "string") return signature;
  return signature === null ? "" : `${signature} parameter${signature === 1 ? "" : "s"}`;
}
