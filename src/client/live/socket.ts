/** A WebSocket as links use one: of our own making in Bun and Node, the browser's in a page. */

/** Why it ended, besides close codes: the connection just broke; nobody answered; who answered refused. */
export const BROKEN_OFF = 0;
export const NO_ANSWER = -1;
export const REFUSED = -2;

export interface SocketListener {
  opened(): void;
  text(text: string): void;
  /** Comes once, whatever happened. Nothing comes after it. */
  closed(code: number, reason: string): void;
}

export interface LiveSocket {
  /** Bytes that wait to be taken by the other side. */
  readonly waiting: number;
  send(text: string): void;
  /** From now on it keeps the program alive, or no longer does. */
  ref(): void;
  unref(): void;
  /** Says goodbye and lets go: what was sent before still goes out. */
  close(): void;
  /** Lets go at once. */
  destroy(reason: string): void;
}

/** Opens one; `url` starts with http: or https:. */
export type OpenSocket = (url: string, listener: SocketListener) => LiveSocket;
