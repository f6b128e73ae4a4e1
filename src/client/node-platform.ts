/** What Bun and Node give to the core. */
import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import { inspect, types } from "node:util";
import { parseServerUrl } from "../discovery/index.ts";
import { PROTOCOL_VERSION } from "../protocol/constants.ts";
import type { HelloFrame } from "../protocol/debuggee-frames.ts";
import { VERSION } from "../protocol/version.ts";
import { ENVIRONMENT_NAME } from "./command.ts";
import type { AsyncChannel, CallScope, Platform } from "./core/effects.ts";
import { cutOff } from "./cut-off.ts";
import { DebugError, messageOf } from "./errors.ts";
import { NodeChannel, newClientId } from "./live/node-channel.ts";
import { Signals } from "./live/signals.ts";
import { setTimeout } from "./time.ts";
import { findVerified } from "./transports/find.ts";
import { HelperThread } from "./transports/helper-thread.ts";
import { sendHttp } from "./transports/http.ts";
import { SyncHttp } from "./transports/sync.ts";

/** Nobody notices an exit that takes so much longer, in ms. It takes one, unless the server hangs. */
const FAREWELL_MS = 250;

/** Longest path of a program that is told. */
const LONGEST_PROGRAM = 2_000;

const asyncChannel: Omit<AsyncChannel, "locate"> = {
  send: sendHttp,
  sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
  digest: (text) => createHash("sha512").update(text, "utf8").digest("hex"),
};

/** Follows a call across `await`, timers and events. */
export function asyncScope(): CallScope {
  const storage = new AsyncLocalStorage<string | null>();
  return {
    current: () => storage.getStore() ?? null,
    swap(callId) {
      const before = storage.getStore() ?? null;
      storage.enterWith(callId);
      return before;
    },
  };
}

export function nodePlatform(): Platform {
  const scope = asyncScope();
  const hello = helloOf();
  const signals = new Signals();
  const gone = (helper: HelperThread, reason: string): void => {
    if (sync.giveUp(helper)) channel?.helperGone(reason);
  };
  const sync: SyncHttp = new SyncHttp(() => new HelperThread({ hello, signals, gone }));
  let channel: NodeChannel | null = null;
  const platform: Platform = {
    scope,
    live(host) {
      channel = new NodeChannel({ platform, sync, scope, signals, hello }, host);
      return channel;
    },
    async: {
      ...asyncChannel,
      async locate(serverUrl) {
        const server = await findVerified(serverUrl, process.env);
        channel?.meet(server, serverUrl);
        return server;
      },
    },
    connects: "at-once",
    sync,
    identity: {
      process_pid: hello.process_pid,
      process_start_time: hello.process_start_time,
    },
    atExit(farewell) {
      process.on("exit", () => {
        channel?.exit();
        const last = farewell();
        if (last) sync.flush(last.url, last.requests, FAREWELL_MS);
      });
    },
    environment: () => process.env[ENVIRONMENT_NAME],
    checkServerUrl(url) {
      try {
        parseServerUrl(url, "configureDebug({ serverUrl })");
      } catch (error) {
        throw new DebugError(messageOf(error), { cause: error });
      }
    },
    isProxy: types.isProxy,
    cutOff,
    inspect: (value) => inspect(value, { depth: 6, maxArrayLength: 200, maxStringLength: 20_000 }),
    log(line) {
      try {
        process.stderr.write(`${line}\n`);
      } catch {
        // A closed stderr must not become an exception of the program.
      }
    },
  };
  return platform;
}

function helloOf(): Omit<HelloFrame, "channel"> {
  const { bun } = process.versions;
  return {
    t: "hello",
    protocol: PROTOCOL_VERSION,
    client_id: newClientId(),
    library: `cideldill ${VERSION}`,
    runtime: bun ? `bun ${bun}` : `node ${process.versions.node}`,
    process_pid: process.pid,
    // timeOrigin is when this process began, in ms.
    process_start_time: performance.timeOrigin / 1000,
    ...(process.argv[1] ? { program: process.argv[1].slice(0, LONGEST_PROGRAM) } : {}),
    features: ["pause_after", "change_outcome", "call_again", "mutation"],
  };
}
