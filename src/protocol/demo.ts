/** The demo that the page offers: a small program of ours, started by the server and paused at its first call. */
import { Type } from "@sinclair/typebox";
import { object } from "./fields.ts";

/** Answer of `GET /api/demo` and `POST /api/demo`. */
export const DemoState = object({
  available: Type.Boolean({ description: "This server can start it; one inside another program cannot" }),
  running: Type.Boolean(),
  functions: Type.Array(Type.String(), { description: "Those it pauses at" }),
});
