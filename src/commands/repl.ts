/** `cideldill repl` */
import type { PausedCall, ReplEvalResponse } from "../protocol/pauses.ts";
import { defineCommand } from "./command.ts";
import { CliError } from "./errors.ts";
import type { Io } from "./io.ts";
import { jsonLine, printable } from "./printable.ts";
import { printText, type ReplAccess } from "./repl-access.ts";
import { SERVER_OPTIONS, type ServerApi, serverApi } from "./server-api.ts";

/** Between two looks for a pause, in ms. */
const LOOK_MS = 150;

export const command = defineCommand(
  {
    name: "repl",
    summary: "Evaluate code beside a paused call",
    description:
      "Opens a prompt at a paused call: the one named, else the only one there is. JavaScript sees the call's parameters by name, $args, $this, after the call $result or $error, and _; assigning to a parameter changes what the call runs with. Python sees what its client offers. The call stays paused until it is released, with .resume here or anywhere else.",
    argument: "[PAUSE]",
    options: {
      eval: { kind: "text", short: "e", value: "CODE", help: "Evaluate this, print the result, and exit" },
      wait: {
        kind: "number",
        value: "SECONDS",
        min: 0,
        max: 86_400,
        bare: 30,
        help: "Wait for a call to be paused; 30 seconds when not said how long",
      },
      json: { kind: "flag", help: "With --eval: print JSON" },
      ...SERVER_OPTIONS,
    },
    examples: [
      ["cideldill repl", "a prompt at the call that is paused"],
      ["cideldill repl --wait --eval '$args.length'", "in a script: wait for a pause, then evaluate"],
    ],
  },
  async (options, io, id) => {
    const api = await serverApi(options);
    const pause = await findPause(api, id, (options.wait ?? 0) * 1_000);
    const session = await openSession(api, pause);
    try {
      if (options.eval !== undefined) return report(await session.evaluate(options.eval), options.json, io);
      const { prompt } = await import("./repl-prompt.ts");
      return await prompt(session, pause, io);
    } finally {
      await session.close();
    }
  },
);

async function openSession(api: ServerApi, { id }: PausedCall): Promise<ReplAccess> {
  const { session_id } = await api.post<{ session_id: string }>("/api/repl/start", { pause_id: id });
  const path = `/api/repl/${encodeURIComponent(session_id)}`;
  return {
    evaluate: (expr, isSilent = false) => api.post(`${path}/eval`, { expr, silent: isSilent }),
    resume: async () => void (await api.post(`/api/paused/${encodeURIComponent(id)}/continue`, {})),
    // It may be closed already: the call was released, or the server is gone.
    close: async () => void (await api.post(`${path}/close`, {}).catch(() => {})),
  };
}

async function findPause(api: ServerApi, id: string | undefined, waitMs: number): Promise<PausedCall> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const { paused } = await api.get<{ paused: PausedCall[] }>("/api/paused?data_limit=0");
    const meant = id === undefined ? paused : paused.filter((pause) => pause.id.startsWith(id));
    const [first] = meant;
    if (first && (meant.length === 1 || waitMs > 0)) return first;
    if (meant.length > 1) throw new CliError(`${meant.length} calls are paused; name one: ${listed(meant)}`);
    if (Date.now() >= deadline) {
      if (id !== undefined && paused.length > 0)
        throw new CliError(`No paused call has the id "${printable(id)}"; there are: ${listed(paused)}`);
      throw new CliError(
        "No call is paused. Set a breakpoint and run your program, or wait for one with --wait",
      );
    }
    await Bun.sleep(LOOK_MS);
  }
}

const listed = (paused: readonly PausedCall[]): string =>
  paused
    .slice(0, 5)
    .map(({ id, call_data }) => `${id} (${printable(call_data.method_name)})`)
    .join(", ") + (paused.length > 5 ? `, and ${paused.length - 5} more` : "");

function report(answer: ReplEvalResponse, json: boolean, { out, err }: Io): number {
  if (json) out.line(jsonLine(answer));
  else {
    printText(answer.stdout, err);
    printText(answer.output, answer.is_error ? err : out);
  }
  return answer.is_error ? 1 : 0;
}
