/**
 * What a page asks for first is asked once before anybody does: routes are compiled at their first use, and the folder of
 * the pages is read then, which takes longer than all the rest of the start.
 */
const FIRST = ["/", "/api/calls?order=newest&limit=200", "/api/paused"];

/**
 * Asks without a connection, which would need a port of its own.
 *
 * @param servers One for each address: each has routes of its own.
 * @throws Error when the server refuses what a page would be given, or while it stops.
 */
export async function warm(servers: readonly Bun.Server<unknown>[], stopping: AbortSignal): Promise<void> {
  for (const server of servers) {
    for (const path of FIRST) {
      stopping.throwIfAborted();
      const url = new URL(path, server.url);
      const answer = await server.fetch(new Request(url, { headers: { host: url.host } }));
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
      await answer.arrayBuffer();
    }
  }
}
