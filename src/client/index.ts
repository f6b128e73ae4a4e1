/**
 * The client library for Bun and Node: wrap something, and every call of it is reported to the breakpoint server, which
 * says what happens next. Import it as `cideldill`.
 *
 * @example
 * ```ts
 * import { withDebug } from "cideldill";
 *
 * withDebug("ON");
 * const add = withDebug((a: number, b: number) => a + b);
 * add(1, 2); // pauses when a breakpoint is set on it
 * ```
 */
import { DiscoveryError, resolveServerUrl as resolveUrl } from "../discovery/index.ts";
import { Client, createClient, type Modes } from "./core/client.ts";
import { chooseByKind } from "./core/wrap.ts";
import { DebugError } from "./errors.ts";
import { nodePlatform } from "./node-platform.ts";
import type {
  AnyFunction,
  AsyncDebugCall,
  DebugCall,
  DebugInfo,
  DebugSettings,
  RegisterEncoder,
  WithDebug,
} from "./types.ts";

export { getDiscoveryFilePath, readPortFile, ServerNotFoundError } from "../discovery/index.ts";
export {
  DebugCidMismatchError,
  DebugCidNotFoundError,
  DebugError,
  DebugProtocolError,
  DebugSerializationError,
  DebugServerError,
  DebugTimeoutError,
} from "./errors.ts";
export type {
  AsyncDebugCall,
  Asynchronous,
  ConnectionStatus,
  DebugCall,
  DebugCommand,
  DebugInfo,
  DebugSettings,
  EncodeLimits,
  MethodFilter,
  MethodPattern,
  RedactSetting,
  RegisterEncoder,
  WithDebug,
  WrapMode,
  WrapOptions,
  Wrapped,
} from "./types.ts";

const modes: Modes = { usual: chooseByKind, sync: "sync" };
const client = new Client(nodePlatform(), modes);
const api = createClient(client, modes);

/**
 * Switches debugging on or off, or wraps a function or an object.
 *
 * - `withDebug("ON")` finds the server and verifies who it is; throws a `DebugServerError` that lists what was tried.
 *   `"VERBOSE"` does the same and logs every call to stderr. `"OFF"`: what is wrapped from now on is the very same
 *   reference, what was wrapped before passes straight through, and nothing is sent.
 * - `withDebug()` does what the environment variable `CIDELDILL` says: `ON`, `OFF`, `VERBOSE`, or
 *   `ON "http://localhost:8080" 30 60` with the server, `watchdogS` and `suspendedBreakpointsLogIntervalS`. Unset: `OFF`.
 * - `withDebug(fn)`, `withDebug(obj)`, `withDebug(["alias", target])` give a wrapper with the type of the original. An
 *   `async` function waits for its decision without blocking; any other stays synchronous, and a pause blocks the
 *   calling thread alone. For plain functions that return promises use {@link asyncDebugCall}, or declare them `async`.
 * - Methods are named `alias.method` or `ClassName.method`, and run on the real object.
 * - `withDebug(target, { methods: { include: "get*", exclude: /^_/ } })` intercepts those methods and leaves the others
 *   alone. `{ mode: "async" }` makes every call give a promise, `{ mode: "sync" }` decides even on `async` functions
 *   while the thread is blocked; `"auto"`, the default, does what fits each function.
 *
 * @example
 * ```ts
 * withDebug("ON");
 * const mailer = withDebug(["mailer", new Mailer()]);
 * await mailer.send("ada@example.org"); // reported as mailer.send
 * const cache = withDebug(new Map<string, string>(), { methods: { include: ["get", "set"] }, mode: "async" });
 * await cache.get("key");
 * ```
 */
export const withDebug: WithDebug = api.withDebug;

/**
 * As {@link withDebug}, for callers that must not get control back before the decision: even an `async` function is
 * decided on while the thread is blocked, then runs.
 *
 * @example
 * ```ts
 * const save = withDebugSync(["save", async (id: number) => id]);
 * ```
 */
export const withDebugSync: WithDebug = api.withDebugSync;

/**
 * Reports this one call, wrapping nothing. Synchronous or not as the function is.
 *
 * @example
 * ```ts
 * const total = debugCall(add, 1, 2);
 * const named = debugCall("total", add, 1, 2);
 * ```
 */
export const debugCall: DebugCall = api.debugCall;

/**
 * As {@link debugCall}, always on the blocking way.
 *
 * @example
 * ```ts
 * const total = debugCallSync(add, 1, 2);
 * ```
 */
export const debugCallSync: DebugCall = api.debugCallSync;

/**
 * As {@link debugCall}, always a promise: a pause never blocks the thread, whatever kind of function it is.
 *
 * @example
 * ```ts
 * const page = await asyncDebugCall("fetch", fetch, "http://localhost:3000/");
 * ```
 */
export const asyncDebugCall: AsyncDebugCall = api.asyncDebugCall;

/**
 * Names a function that may run in place of others (the action `replace`). Wrapped functions are known by their own
 * names already.
 *
 * @example
 * ```ts
 * registerReplacement("charge.dry", (amount: number) => ({ charged: 0, wanted: amount }));
 * ```
 */
export const registerReplacement: (name: string, fn: AnyFunction) => void = api.registerReplacement;

/**
 * Says how values of a type are shown at a breakpoint: what `encode` gives is sent in their place. Arguments that are not
 * edited stay the very objects they are. An encoder that throws is shown as that, and never disturbs the program.
 *
 * @example
 * ```ts
 * class Money { constructor(readonly cents: bigint, readonly currency: string) {} }
 * registerEncoder(Money, (money) => `${money.cents} ${money.currency} cents`);
 * registerEncoder((value) => "$$typeof" in value, () => "a React element");
 * ```
 */
export const registerEncoder: RegisterEncoder = api.registerEncoder;

/**
 * Changes settings; what is not named stays as it is. `serverUrl` takes effect with the next `withDebug("ON")` and
 * whenever a lost server is looked for.
 *
 * @example
 * ```ts
 * configureDebug({ serverUrl: "http://localhost:8080", onServerLost: "continue" });
 * ```
 */
export const configureDebug: (settings: DebugSettings) => void = api.configureDebug;

/**
 * How things stand now.
 *
 * @example
 * ```ts
 * if (getDebugInfo().connectionStatus === "unreachable") console.warn("the debugger is gone");
 * ```
 */
export const getDebugInfo: () => DebugInfo = api.getDebugInfo;

/**
 * The URL of the server by rule alone, nothing verified: `configureDebug({ serverUrl })`, `CIDELDILL_SERVER_URL`, the
 * port file, `http://localhost:5174`.
 *
 * @example
 * ```ts
 * resolveServerUrl(); // "http://localhost:5174"
 * ```
 */
export function resolveServerUrl(): string {
  const { serverUrl } = client.settings;
  try {
    return resolveUrl(serverUrl === null ? {} : { serverUrl });
  } catch (error) {
    if (!(error instanceof DiscoveryError)) throw error;
    throw new DebugError(error.message, { cause: error });
  }
}
