/** `/api/live`: the event feed over a WebSocket. See protocol/live.ts for what it says. */
import { Elysia, t } from "elysia";
import type { LiveMessage } from "../../protocol/live.ts";
import type { ServerContext } from "../context.ts";
import { detail } from "./docs.ts";

/** A reader that lets this many bytes pile up is cut off; it reconnects and catches up. */
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;

export const liveRoutes = ({ live, identity }: ServerContext) => {
  const unsubscribe = new Map<string, () => void>();
  return new Elysia({ name: "live" }).ws("/api/live", {
    query: t.Object({ since: t.Optional(t.Integer({ minimum: 0 })), instance: t.Optional(t.String()) }),
    ...detail("server", "The event feed, over a WebSocket", "With `since`, what was missed comes first."),
    open(ws) {
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
        live.subscribe((event) => {
          if (raw.getBufferedAmount() > MAX_BUFFERED_BYTES) ws.close(1013, "too slow: reconnect with since");
          else send(event);
        }),
      );
    },
    close(ws) {
      unsubscribe.get(ws.id)?.();
      unsubscribe.delete(ws.id);
    },
  });
};
