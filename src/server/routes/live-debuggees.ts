/**
 * `/api/live?role=debuggee`: where programs connect. Upgraded by hand and not by Elysia, whose handler would parse and
 * wrap every message on its way: here a call costs microseconds.
 */
import type { ServerContext } from "../context.ts";
import type { Connection } from "../debuggees/connection.ts";
import { Refusal } from "../engine/refusal.ts";
import { responseOf } from "../errors.ts";

/** The path under which access is decided: pages of other local ports may use this role, the event feed not. */
export const DEBUGGEE_PATH = "/api/live?role=debuggee";

/** A message that finds this many bytes waiting before it is not sent any more. */
export const MOST_WAITING_BYTES = 128 * 1024 * 1024;

type Socket = Bun.ServerWebSocket<unknown>;

/** What Bun's WebSocket handler (elysia/ws) looks for in the data of a socket. */
interface Handlers {
  open(socket: Socket): void;
  message(socket: Socket, message: string | Uint8Array): void;
  close(): void;
}

/** Whether a request for a path asks for this role. */
export function isForDebuggees(path: string, url: string): boolean {
  if (path !== "/api/live") return false;
  const query = url.indexOf("?");
  return query !== -1 && new URLSearchParams(url.slice(query)).get("role") === "debuggee";
}

/** Answers the request: with a live channel, or with the reason why not. */
export function upgradeDebuggee(
  context: ServerContext,
  request: Request,
  server: Pick<Bun.Server<Handlers>, "upgrade"> | null,
): Response {
  if (context.stopping.aborted)
    return responseOf(
      new Refusal("server_stopping", "The breakpoint server is stopping. Start cideldill again."),
    );
  if (server?.upgrade(request, { data: handlers(context) })) return new Response(null);
  return responseOf(new Refusal("not_found", `"${DEBUGGEE_PATH}" is a WebSocket: connect to it as one.`));
}

function handlers({ debuggees }: ServerContext): Handlers {
  let connection: Connection | null = null;
  return {
    open(socket) {
      connection = debuggees.connect({
        send: (text) => socket.sendText(text) !== 0 && socket.getBufferedAmount() <= MOST_WAITING_BYTES,
        close: (code, reason) => socket.close(code, reason),
      });
    },
    message(_, message) {
      connection?.receive(message);
    },
    close() {
      connection?.closed();
    },
  };
}
