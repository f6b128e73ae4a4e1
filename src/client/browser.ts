/**
 * The client for web pages: one ES module without dependencies, served at `/api/debug-client.js`, also there as
 * `window.cideldill`. What is wrapped with `withDebug` becomes asynchronous: every call gives a promise. What must stay
 * synchronous goes through `withDebugSync`: a paused call holds the whole page then, by a synchronous XMLHttpRequest.
 * Where there is none (workers, pages that forbid it), and for what the language itself calls (`new`, `toString`,
 * `valueOf`, iterators), calls run at once and are reported afterwards.
 *
 * @example
 * ```html
 * <script type="module">
 *   import { withDebug } from "http://localhost:5174/api/debug-client.js";
 *   withDebug("ON");
 *   const cart = withDebug(["cart", new Cart()]);
 *   await cart.add("book", 2);
 * </script>
 * ```
 */
import { browserPlatform } from "./browser-platform.ts";
import { Client, createClient, type Modes } from "./core/client.ts";
import {
  DebugCidMismatchError,
  DebugCidNotFoundError,
  DebugError,
  DebugProtocolError,
  DebugSerializationError,
  DebugServerError,
  DebugTimeoutError,
} from "./errors.ts";
import type {
  AnyFunction,
  AsyncDebugCall,
  Asynchronous,
  DebugCall,
  DebugCommand,
  DebugInfo,
  IsFiltered,
  RegisterEncoder,
  WithDebug,
  WrapOptions,
} from "./types.ts";

export {
  DebugCidMismatchError,
  DebugCidNotFoundError,
  DebugError,
  DebugProtocolError,
  DebugSerializationError,
  DebugServerError,
  DebugTimeoutError,
};

/** Overloads of `withDebug` in a page: calls of a wrapper give promises, unless `mode: "sync"` is asked for. */
export interface BrowserWithDebug {
  (): DebugInfo;
  (command: DebugCommand | (string & {})): DebugInfo;
  <T extends object>(aliased: readonly [alias: string, target: T]): Asynchronous<T>;
  <T extends object>(target: T): Asynchronous<T>;
  <T extends object, const O extends WrapOptions>(
    aliased: readonly [alias: string, target: T],
    options: O,
  ): BrowserWrapped<T, O>;
  <T extends object, const O extends WrapOptions>(target: T, options: O): BrowserWrapped<T, O>;
}

type BrowserWrapped<T, O extends WrapOptions> = O extends { mode: "sync" }
  ? T
  : Asynchronous<T, IsFiltered<O>>;

const modes: Modes = { usual: () => "async", sync: "sync", construct: "log", quiet: "log" };
const api = createClient(new Client(browserPlatform(), modes), modes);

/** Switches debugging on or off, or wraps a function or an object; calls of the wrapper give promises. */
export const withDebug = api.withDebug as unknown as BrowserWithDebug;

/** Wraps without changing any type: a call that pauses holds the page until it is released. */
export const withDebugSync: WithDebug = api.withDebugSync;

/** Reports this one call, wrapping nothing; gives a promise. */
export const debugCall: AsyncDebugCall = api.asyncDebugCall;
export const asyncDebugCall: AsyncDebugCall = api.asyncDebugCall;

/** Reports this one call and gives its result; a pause holds the page. */
export const debugCallSync: DebugCall = api.debugCallSync;

/** Names a function that may run in place of others. */
export const registerReplacement: (name: string, fn: AnyFunction) => void = api.registerReplacement;

/** Says how values of a type are shown at a breakpoint. */
export const registerEncoder: RegisterEncoder = api.registerEncoder;

/** Changes settings; what is not named stays as it is. */
export const configureDebug = api.configureDebug;

/** How things stand now. */
export const getDebugInfo = api.getDebugInfo;

Object.assign(globalThis, {
  cideldill: {
    withDebug,
    withDebugSync,
    debugCall,
    debugCallSync,
    asyncDebugCall,
    registerReplacement,
    registerEncoder,
    configureDebug,
    configure: configureDebug,
    getDebugInfo,
    DebugError,
    DebugServerError,
    DebugTimeoutError,
    DebugProtocolError,
    DebugCidNotFoundError,
    DebugCidMismatchError,
    DebugSerializationError,
  },
});
