/** `/api/live`: the event feed over a WebSocket. See protocol/live.ts for what it says. */
import { Elysia, t } from "elysia";
import type { LiveMessage } from "../../protocol/live.ts";
import type { ServerContext } from "../context.ts";
import { detail } from "./docs.ts";

/** A reader that lets this many bytes pile up is cut off; it reconnects and catches up. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;

/** How many readers there may be: together they must not hold more than some memory. */
const MAX_READERS = 64;

/** Close code for "try again later" (RFC 6455, registered with IANA). */
const TRY_LATER = 1013;

/** Close code for a message that was not expected. */
const CANNOT_ACCEPT = 1003;

export const liveRoutes = ({ live, identity }: ServerContext) => {
  const unsubscribe = new Map<string, () => void>();
  return new Elysia({ name: "live" }).ws("/api/live", {
    query: t.Object({ since: t.Optional(t.Integer({ minimum: 0 })), instance: t.Optional(t.String()) }),
    ...detail("server", "The event feed, over a WebSocket", "With `since`, what was missed comes first."),
    open(ws) {
      if (unsubscribe.size >= MAX_READERS) {
        ws.close(TRY_LATER, `there are ${MAX_READERS} readers already`);
        return;
      }
      const raw = ws.raw as unknown as Bun.ServerWebSocket<unknown>;
      const send = (message: LiveMessage) => raw.send(JSON.stringify(message));
      const { since, instance } = ws.data.query;
      const isSame = instance === undefined || instance === identity.instanceId;
      const missed = since === undefined ? [] : isSame ? live.after(since) : null;
      send({ type: "hello", seq: live.seq, instance_id: identity.instanceId, version: identity.version });
      if (missed === null) send({ type: "reset", seq: live.seq });
      else for (const event of missed) send(event);
      unsubscribe.set(
        ws.id,
        live.subscribe((_, json) => {
          if (raw.getBufferedAmount() > MAX_BUFFERED_BYTES)
            ws.close(TRY_LATER, "too slow: reconnect with since");
          else raw.send(json);
        }),
      );
    },
    message(ws) {
      // The limit of a message is that of programs, whose frames are large; a reader has nothing to say.
      ws.close(CANNOT_ACCEPT, "readers of the event feed have nothing to say");
    },
    close(ws) {
      unsubscribe.get(ws.id)?.();
      unsubscribe.delete(ws.id);
    },
  });
};
