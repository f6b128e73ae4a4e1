/** The programs that report calls to this server, as the API and the event feed tell them. */
import { type Static, Type } from "@sinclair/typebox";
import { object, oneOf, UnixSeconds } from "./fields.ts";

const text = (description: string) => Type.Union([Type.String(), Type.Null()], { description });

/** A program of the present run. One that speaks the HTTP contract is known by its calls alone. */
export const ProcessView = object({
  process_key: Type.String({ description: '"{start:.6f}+{pid}"' }),
  process_pid: Type.Integer({ description: "0 for a browser page" }),
  process_start_time: UnixSeconds,
  page_url: text("Of a browser page"),
  client_id: text("Of a client on the live channel; null for one that speaks HTTP"),
  program: text("What a person calls it: its script's path"),
  runtime: text("Such as bun 1.4.5"),
  library: text("Such as cideldill 0.1.0"),
  connection: oneOf(["live", "http", "lost"], {
    description: "lost: its live connection broke moments ago and may come back",
  }),
  connected_at: UnixSeconds,
  calls: Type.Integer({ description: "Calls it reported in this run" }),
});
export type ProcessView = Static<typeof ProcessView>;

/** Answer of `GET /api/processes`: those that are there now, the oldest first. */
export const ProcessList = object({ processes: Type.Array(ProcessView) });
