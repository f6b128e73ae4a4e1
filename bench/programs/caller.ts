/**
 * What a call costs: plain, wrapped with nobody watching, and wrapped so that it has to ask; beside a bare WebSocket echo.
 * Runs in Bun from the sources and in Node from the built library; prints one line of JSON. Microseconds.
 */
const [library = "", server = "", echo = "", only = ""] = process.argv.slice(2);
type Library = typeof import("../../src/client/index.ts");
const { withDebug, configureDebug } = (await import(library)) as Library;

/** Short rounds, and many: on a machine that does other things too, some are undisturbed. */
const CALLS = 300;
const ASKS = 20;
const ROUNDS = 200;

interface Times {
  best: number;
  median: number;
}

function timesOf(rounds: number[]): Times {
  rounds.sort((a, b) => a - b);
  return { best: rounds[0] ?? 0, median: rounds[rounds.length >> 1] ?? 0 };
}

const rest = () => new Promise((done) => setTimeout(done, 3));

async function sync(count: number, call: (i: number) => unknown): Promise<Times> {
  const rounds: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const start = performance.now();
    for (let i = 0; i < count; i++) call(i & 1023);
    const each = ((performance.now() - start) * 1_000) / count;
    // The first warms up.
    if (round > 0) rounds.push(each);
    await rest();
  }
  return timesOf(rounds);
}

async function async(count: number, call: (i: number) => Promise<unknown>): Promise<Times> {
  const rounds: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const start = performance.now();
    for (let i = 0; i < count; i++) await call(i & 1023);
    const each = ((performance.now() - start) * 1_000) / count;
    if (round > 0) rounds.push(each);
    await rest();
  }
  return timesOf(rounds);
}

configureDebug({ serverUrl: server });
withDebug("ON");
const add = (a: number, order: { id: string; amount: number }) => a + order.amount;
const later = async (a: number, order: { id: string; amount: number }) => a + order.amount;
const free = withDebug(["bench.free", add]);
const freeLater = withDebug(["bench.freeLater", later]);
const asking = withDebug(["bench.asking", add]);
const askingLater = withDebug(["bench.askingLater", later]);
const order = { id: "A-1042", amount: 249.9 };

/** A bare connection: this engine's own WebSocket, or ours where it has none. */
async function openEcho(got: (text: unknown) => void): Promise<{ send(text: string): void; close(): void }> {
  if (typeof WebSocket === "function") {
    const socket = new WebSocket(`${echo.replace("http", "ws")}/`);
    socket.addEventListener("message", ({ data }) => got(data));
    await new Promise((done) => socket.addEventListener("open", done));
    return socket;
  }
  const { WebSocketClient } = (await import(only)) as typeof import("../../src/client/live/websocket.ts");
  return new Promise((done) => {
    const socket = new WebSocketClient(`${echo}/`, { opened: () => done(socket), text: got, closed() {} });
  });
}

async function echoes(): Promise<Times> {
  const frame = JSON.stringify({
    ...{ t: "ask", seq: 1, name: "bench.asking", parent: null, started_at: 1, signature: "(a, order)" },
    args: [
      [9000, "1"],
      [9001, JSON.stringify(order)],
    ],
    ...{ site: [{ filename: import.meta.url, lineno: 1, function: "sync" }], call_type: "proxy" },
  });
  let got = (_: unknown): void => {};
  const socket = await openEcho((text) => got(text));
  const times = await async(
    ASKS,
    () =>
      new Promise((done) => {
        got = done;
        socket.send(frame);
      }),
  );
  socket.close();
  return times;
}

const result = {
  echo: await echoes(),
  sync: { direct: await sync(CALLS, (i) => add(i, order)), free: await sync(CALLS, (i) => free(i, order)) },
  async: {
    direct: await async(CALLS, (i) => later(i, order)),
    free: await async(CALLS, (i) => freeLater(i, order)),
  },
  asking: {
    sync: await sync(ASKS, (i) => asking(i, order)),
    async: await async(ASKS, (i) => askingLater(i, order)),
  },
};
console.log(JSON.stringify(result));
