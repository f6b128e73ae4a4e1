/** `cideldill paused` */
import type { PausedCall } from "../protocol/pauses.ts";
import { defineCommand } from "./command.ts";
import { CliError } from "./errors.ts";
import { pauseDetails, pausedLines } from "./paused-view.ts";
import { jsonLine, printable } from "./printable.ts";
import { PRINTING_OPTIONS, type ServerApi, serverApi } from "./server-api.ts";

export const command = defineCommand(
  {
    name: "paused",
    summary: "List the calls that wait for you, or show one",
    argument: "[ID]",
    options: PRINTING_OPTIONS,
    examples: [
      ["cideldill paused", "what waits, the oldest first"],
      ["cideldill paused 3f2a", "one of them; the beginning of its id will do"],
      ["cideldill paused --json", "for a program: a line of JSON each"],
    ],
  },
  async (values, { out }, id) => {
    const api = await serverApi(values);
    const paused = await pausedCalls(api, values.json);
    if (id !== undefined) {
      const call = find(paused, id);
      if (values.json) out.line(jsonLine(call));
      else for (const line of pauseDetails(call, out)) out.line(line);
    } else if (values.json) for (const call of paused) out.line(jsonLine(call));
    else for (const line of pausedLines(paused, out, Date.now() / 1_000)) out.line(line);
    return 0;
  },
);

/** Bytes of a value that a line can show some of; of a larger one there is the text that a display shows. */
const SHOWN = 4_096;

/** Oldest first; values larger than a line shows only with `data`. */
export async function pausedCalls(api: ServerApi, data = false): Promise<PausedCall[]> {
  return (await api.get<{ paused: PausedCall[] }>(`/api/paused${data ? "" : `?data_limit=${SHOWN}`}`)).paused;
}

/** By its id or the beginning of it, or by its call's id. */
export function find(paused: readonly PausedCall[], wanted: string): PausedCall {
  const exact = paused.filter(({ id, call_data }) => id === wanted || call_data.call_id === wanted);
  const found = exact.length > 0 ? exact : paused.filter(({ id }) => id.startsWith(wanted));
  const [call, other] = found;
  if (!call)
    throw new CliError(
      `No paused call has the id "${printable(wanted)}"; ${paused.length === 0 ? "nothing is paused" : "cideldill paused lists those that are"}`,
    );
  if (other)
    throw new CliError(
      `${found.length} paused calls have an id that begins with "${printable(wanted)}"; give more of it`,
    );
  return call;
}
