/** `cideldill programs` */
import { processName } from "../protocol/process-name.ts";
import type { ProcessView } from "../protocol/processes.ts";
import { defineCommand } from "./command.ts";
import { ago } from "./list.ts";
import { jsonLine, printable } from "./printable.ts";
import { PRINTING_OPTIONS, serverApi } from "./server-api.ts";
import { tableLines } from "./table.ts";

export const command = defineCommand(
  {
    name: "programs",
    summary: "List the programs that report calls, the oldest first",
    options: PRINTING_OPTIONS,
    examples: [
      ["cideldill programs", "who is connected, since when, with how many calls"],
      ["cideldill programs --json", "for a program: a line of JSON each"],
    ],
  },
  async (values, { out, err }) => {
    const api = await serverApi(values);
    const { processes } = await api.get<{ processes: ProcessView[] }>("/api/processes");
    const now = Date.now() / 1_000;
    if (values.json) for (const each of processes) out.line(jsonLine(each));
    else if (processes.length === 0) err.line("No program reports calls.");
    else {
      const rows = processes.map((each) => [
        printable(processName(each)),
        each.connection,
        ago(now - each.connected_at),
        each.calls.toLocaleString("en-US"),
        printable(each.runtime ?? ""),
      ]);
      for (const line of tableLines(["PROGRAM", "CONNECTION", "SINCE", "CALLS", "RUNTIME"], rows, out))
        out.line(line);
    }
    return 0;
  },
);
