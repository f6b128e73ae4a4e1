/** MCP over the standard streams, for hosts that start their servers themselves. */
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import type { Backend } from "./backend.ts";
import { watchResources } from "./resources.ts";
import { createMcpServer, isSubscribed } from "./server.ts";

/** Serves until the host closes our input; nothing but protocol is written to the output. */
export async function serveOverStdio(backend: Backend, onError: (error: Error) => void): Promise<void> {
  const stops: (() => void)[] = [];
  const handle = serveStdio(
    ({ era }) => {
      const server = createMcpServer(backend, era);
      const tell = (uri: string) => {
        if (server.isConnected() && isSubscribed(server, uri))
          server.server.sendResourceUpdated({ uri }).catch(onError);
      };
      stops.push(watchResources(backend.listen, tell));
      return server;
    },
    { onerror: onError },
  );
  await new Promise<void>((done) => {
    process.stdin.once("end", done);
    process.stdin.once("close", done);
  });
  for (const stop of stops) stop();
  await handle.close();
}
