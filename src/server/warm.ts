/**
 * What a page asks for first is asked once before anybody does: routes are compiled at their first use, and the folder of
 * the pages is read then, which takes longer than all the rest of the start.
 */
const FIRST = ["/", "/api/calls?order=newest&limit=200", "/api/paused"];

/** @param addresses The server's own: each has routes of its own. */
export async function warm(addresses: readonly string[], stopping: AbortSignal): Promise<void> {
  for (const address of addresses) {
    for (const path of FIRST) {
      const answer = await fetch(address + path, { headers: { connection: "close" }, signal: stopping });
      await answer.arrayBuffer();
    }
  }
}
