/** The wire under a connection: a WebSocket, or a script in tests. */
export interface Transport {
  /** Whether it will arrive, as far as can be told now: false when too much waits to be read, or nobody is there. */
  send(text: string): boolean;
  close(code: number, reason: string): void;
}
