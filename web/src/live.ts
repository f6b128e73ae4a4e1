/**
 * The event feed (src/protocol/live.ts): opens the socket first, then fetches a snapshot, then applies what happened
 * since. Reconnects by itself; a server that restarted, a gap in the numbers or a `reset` means a new snapshot.
 * Knows no components and no DOM beyond a socket, so that it can be tested with a scripted one.
 */
import type { LiveEvent, LiveMessage } from "../../src/protocol/live.ts";

export interface LiveSocket {
  close(): void;
}

export interface SocketEvents {
  onMessage: (data: unknown) => void;
  onClose: () => void;
}

export interface LiveOptions<Snapshot> {
  open: (query: string, events: SocketEvents) => LiveSocket;
  fetchSnapshot: () => Promise<Snapshot>;
  onSnapshot: (snapshot: Snapshot, server: { version: string }) => void;
  onEvent: (event: LiveEvent) => void;
  /** `retryIn` in ms while the server is gone. */
  onStatus: (status: "live" | "gone", retryIn: number) => void;
  /** Runs later and returns how to cancel. Replaced in tests. */
  schedule?: (run: () => void, ms: number) => () => void;
}

export interface Live {
  /** Tries at once instead of waiting for the next attempt. */
  retryNow(): void;
  /** Connects anew, for a connection that may be dead without knowing: the network changed, the machine slept. */
  renew(): void;
  stop(): void;
}

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 5_000;
/** A socket that opens but never says hello is given up after this. */
const HELLO_TIMEOUT_MS = 10_000;

const later = (run: () => void, ms: number) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

export function connectLive<Snapshot>(options: LiveOptions<Snapshot>): Live {
  const schedule = options.schedule ?? later;
  let socket: LiveSocket | null = null;
  let instance: string | null = null;
  let version = "";
  /** Number of the newest event that the page shows; null before the first snapshot. */
  let shown: number | null = null;
  /** Events that came while a snapshot was on its way; null when none is. */
  let queue: LiveEvent[] | null = null;
  let attempt = 0;
  let round = 0;
  let cancelTimer = () => {};
  let stopped = false;

  function connect(): void {
    cancelTimer();
    const query =
      shown === null || instance === null ? "" : `?since=${shown}&instance=${encodeURIComponent(instance)}`;
    const opened = options.open(query, {
      onMessage: (data) => {
        const message = parse(data);
        if (message && socket === opened) receive(message);
      },
      onClose: () => {
        if (socket === opened) lost();
      },
    });
    socket = opened;
    queue = null;
    cancelTimer = schedule(() => opened.close(), HELLO_TIMEOUT_MS);
  }

  function lost(): void {
    socket = null;
    queue = null;
    round += 1;
    cancelTimer();
    if (stopped) return;
    const wait = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempt);
    attempt += 1;
    cancelTimer = schedule(connect, wait);
    options.onStatus("gone", wait);
  }

  function receive(message: LiveMessage): void {
    if (message.type === "hello") {
      cancelTimer();
      const isSame = instance === message.instance_id && shown !== null && shown <= message.seq;
      instance = message.instance_id;
      version = message.version;
      if (isSame) nowLive();
      else resync(message.seq);
    } else if (message.type === "reset") resync(message.seq);
    else if (queue) queue.push(message);
    else if (shown !== null && message.seq === shown + 1) apply(message);
    else if (shown !== null && message.seq > shown) {
      resync(message.seq - 1);
      queue = [message];
    }
  }

  function apply(event: LiveEvent): void {
    shown = event.seq;
    options.onEvent(event);
  }

  function nowLive(): void {
    attempt = 0;
    options.onStatus("live", 0);
  }

  /** A snapshot asked for now holds everything up to `base` at least; what it holds beyond is applied twice, harmlessly. */
  function resync(base: number): void {
    const mine = ++round;
    queue = [];
    options.fetchSnapshot().then(
      (snapshot) => {
        if (mine !== round) return;
        const waiting = queue ?? [];
        queue = null;
        shown = base;
        options.onSnapshot(snapshot, { version });
        nowLive();
        for (const event of waiting) if (event.seq > base) apply(event);
      },
      () => {
        if (mine !== round) return;
        shown = null;
        socket?.close();
      },
    );
  }

  connect();
  return {
    retryNow() {
      if (socket === null && !stopped) connect();
    },
    renew() {
      if (stopped) return;
      const old = socket;
      round += 1;
      connect();
      old?.close();
    },
    stop() {
      stopped = true;
      cancelTimer();
      socket?.close();
    },
  };
}

/** Reads a frame; whatever is not one of ours is ignored. */
function parse(data: unknown): LiveMessage | null {
  if (typeof data !== "string") return null;
  try {
    const message: unknown = JSON.parse(data);
    if (typeof message !== "object" || message === null || !("type" in message) || !("seq" in message))
      return null;
    return typeof message.type === "string" && typeof message.seq === "number"
      ? (message as LiveMessage)
      : null;
  } catch {
    return null;
  }
}
