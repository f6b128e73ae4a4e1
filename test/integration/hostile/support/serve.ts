/** A server in a process of its own, so that its memory can be watched. Prints its port; ends when its input does. */
import { startTestServer } from "../../../support/server.ts";

const server = await startTestServer();
console.log(server.port);
for await (const _ of Bun.stdin.stream()) break;
await server.stop();
process.exit(0);
