/** A client over a scripted server, without a network: the same core that Bun, Node and browsers run. */
import { inspect, types } from "node:util";
import { Client, createClient, type Modes } from "../../../../src/client/core/client.ts";
import type { Platform, WireRequest, WireResponse } from "../../../../src/client/core/effects.ts";
import { chooseByKind } from "../../../../src/client/core/wrap.ts";
import { DebugError, DebugServerError } from "../../../../src/client/errors.ts";
import { asyncScope } from "../../../../src/client/node-platform.ts";
import type { DebugClient } from "../../../../src/client/types.ts";
import { ScriptedServer, sha512 } from "./scripted-server.ts";

export interface Bench extends DebugClient {
  server: ScriptedServer;
  lines: string[];
  /** Nobody listens while this is true. */
  down: boolean;
  /** So many looks for the server fail. */
  failures: number;
  /** The environment variable. */
  environment: string | undefined;
  /** What would be told if the process ended now. */
  farewell: () => { url: string; requests: WireRequest[] } | null;
}

/** A client that is not switched on yet. */
export function makeBench(modes: Modes = { usual: chooseByKind, sync: "sync" }, canBlock = true): Bench {
  const server = new ScriptedServer();
  const lines: string[] = [];
  const locate = () => {
    if (bench.down || bench.failures-- > 0) throw new DebugServerError("nothing listens");
    return { url: "http://localhost:5174", instanceId: server.instanceId };
  };
  const send = (_: string, request: WireRequest): WireResponse => {
    if (bench.down) throw new DebugServerError("connection refused");
    if (request.alarm && Date.now() >= request.alarm.at) request.alarm.ring();
    const { status, body } = server.handle(request.method, request.path, request.body);
    return { status, body: JSON.stringify(body) };
  };
  const platform: Platform = {
    async: {
      locate: async () => locate(),
      send: async (url, request) => send(url, request),
      sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
      digest: async (text) => sha512(text),
    },
    connects: canBlock ? "at-once" : "soon",
    sync: canBlock ? { locate, send, sleep: (ms) => Bun.sleepSync(ms), digest: sha512 } : null,
    scope: asyncScope(),
    identity: { process_pid: 7, process_start_time: 1.5 },
    atExit: (farewell) => {
      bench.farewell = farewell;
    },
    environment: () => bench.environment,
    checkServerUrl(url) {
      if (!/^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/.test(url))
        throw new DebugError(`${url} is not loopback.`);
    },
    isProxy: types.isProxy,
    inspect: (value) => inspect(value),
    log: (line) => lines.push(line),
  };
  const bench: Bench = {
    ...createClient(new Client(platform, modes), modes),
    server,
    lines,
    down: false,
    failures: 0,
    environment: undefined,
    farewell: () => null,
  };
  return bench;
}

/** A client that is on. */
export function onBench(): Bench {
  const bench = makeBench();
  bench.withDebug("ON");
  return bench;
}
