/** The floor: the least a compiled program can do to serve and say where. */
import { renameSync } from "node:fs";

const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("ok") });
const file = process.argv[2] ?? "port";
await Bun.write(`${file}.tmp`, String(server.port));
renameSync(`${file}.tmp`, file);
