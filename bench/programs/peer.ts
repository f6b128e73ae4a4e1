/** The peer: an Elysia server with one route, as its documentation begins. */
import { renameSync } from "node:fs";
import { Elysia } from "elysia";

const app = new Elysia().get("/", () => "ok").listen({ hostname: "127.0.0.1", port: 0 });
const file = process.argv[2] ?? "port";
await Bun.write(`${file}.tmp`, String(app.server?.port));
renameSync(`${file}.tmp`, file);
