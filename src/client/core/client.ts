/** The client itself, the same on every platform: what `withDebug` and its relatives do. */

import { MAX_NAME_LENGTH } from "../../protocol/constants.ts";
import { ENVIRONMENT_NAME, type Mode, parseCommand, parseEnvironment } from "../command.ts";
import { CustomEncoders } from "../encode/custom.ts";
import type { EncodeOptions } from "../encode/encode.ts";
import { redactsOf } from "../encode/redact.ts";
import { DebugError, DebugServerError, isConnectionFailure, messageOf } from "../errors.ts";
import type { LiveChannel, LiveHost } from "../live/channel.ts";
import type {
  AnyFunction,
  AsyncDebugCall,
  DebugCall,
  DebugClient,
  DebugInfo,
  DebugSettings,
  WithDebug,
} from "../types.ts";
import { captureSite, MOST_FRAMES, NO_SITE, type Site } from "./call-site.ts";
import { locate, type Platform, runAsync, runSync, type SyncChannel } from "./effects.ts";
import { nameOf } from "./functions.ts";
import { Interceptor, type InterceptorHost } from "./interceptor.ts";
import { checkOptions } from "./options.ts";
import type { CallMode, InterceptedCall } from "./perform.ts";
import { Registry } from "./registry.ts";
import { Session } from "./session.ts";
import { applySettings, defaultSettings } from "./settings.ts";
import { announce } from "./talk.ts";
import { type ChooseMode, type WrapHost, Wrapper, type WrapRules } from "./wrap.ts";

/** How a platform treats functions, by the door they come through. */
export interface Modes {
  /** `withDebug`, `debugCall`. */
  usual: ChooseMode;
  /** `withDebugSync`, `debugCallSync`. */
  sync: CallMode;
  /** `new` of a class that is wrapped the asynchronous way: an object is due at once. Default `"sync"`. */
  construct?: CallMode;
  /** What the language itself calls (`toString`, iterators): handed on, or reported too. Default `"forward"`. */
  quiet?: "forward" | "log";
}

export class Client implements InterceptorHost, WrapHost, LiveHost {
  readonly platform: Platform;
  /** Made with the first ON. */
  live: LiveChannel | null = null;
  readonly settings = defaultSettings();
  readonly #registry = new Registry();
  readonly #interceptor = new Interceptor(this);
  readonly run = this.#interceptor.run;
  readonly #wrapper = new Wrapper(this);
  readonly #modes: Modes;
  readonly #encoders = new CustomEncoders();
  #redacts = redactsOf(true);
  /** The same for every value, until a setting changes. */
  #encodeOptions: EncodeOptions | null = null;
  /** `null` until the first ON or OFF. */
  #mode: Mode | null = null;
  #session: Session | null = null;
  #saysFarewell = false;

  constructor(platform: Platform, modes: Modes) {
    this.platform = platform;
    this.#modes = modes;
  }

  /** Only a program that is debugged at all gets something to do at its end. */
  #sayFarewellAtExit(): void {
    if (this.#saysFarewell) return;
    this.#saysFarewell = true;
    this.platform.atExit(() => this.#session?.farewell() ?? null);
  }

  /** The channel that may block where nobody asked for it. */
  get #blocking(): SyncChannel | null {
    return this.platform.connects === "at-once" ? this.platform.sync : null;
  }

  get rules(): WrapRules {
    return { construct: this.#modes.construct ?? "sync", quiet: this.#modes.quiet ?? "forward" };
  }

  get session(): Session | null {
    return this.#session;
  }

  get registry(): Registry {
    return this.#registry;
  }

  /** Deep where a person will look at it, or where it costs nothing beside the rest. */
  framesFor(name: string): number {
    if (this.#session === null) return 0;
    const { live } = this;
    return live?.isUsable ? live.depthFor(name) : MOST_FRAMES;
  }

  /** Where an inline call comes from: above the function of ours that the program called. */
  siteAbove(name: string, entry: AnyFunction): Site {
    const frames = this.framesFor(name);
    if (frames === 0) return NO_SITE;
    return captureSite(entry, frames, this.readsLater(name));
  }

  readsLater(name: string): boolean {
    const { live } = this;
    return live?.isUsable === true && live.writesStackLater(name);
  }

  get verbose(): boolean {
    return this.#mode === "VERBOSE";
  }

  runOverHttp(call: InterceptedCall): unknown {
    return this.#interceptor.runOverHttp(call);
  }

  log(line: string): void {
    this.platform.log(`[cideldill] ${line}`);
  }

  #warn(line: string): void {
    (this.platform.warn ?? this.platform.log)(`[cideldill] ${line}`);
  }

  encodeOptions(): EncodeOptions {
    this.#encodeOptions ??= {
      limits: { ...this.platform.defaultLimits, ...this.settings.limits },
      isProxy: this.platform.isProxy,
      unwrap: this.#wrapper.unwrap,
      redacts: this.#redacts,
      custom: this.#encoders,
    };
    return this.#encodeOptions;
  }

  /** Makes functions known, at once where waiting is possible, else with the next call. A failure waits for that too. */
  list(functions: readonly { name: string; fn: AnyFunction; owner?: object }[]): void {
    for (const { name, fn, owner } of functions) this.#registry.add(name, fn, owner);
    this.#announce();
  }

  #announce(): void {
    const session = this.#session;
    if (!session) return;
    if (this.live?.isUsable) {
      this.live.announce();
      return;
    }
    if (session.isLost) return;
    if (!this.#blocking) {
      runAsync(announce(session, null), this.platform.async).catch((error) => this.log(messageOf(error)));
      return;
    }
    try {
      runSync(announce(session, null), this.#blocking);
    } catch (error) {
      if (!isConnectionFailure(error)) throw error;
    }
  }

  info(): DebugInfo {
    const session = this.#session;
    if (session && this.live?.isUsable) this.live.look();
    const connectionStatus = session === null ? "off" : session.isLost ? "unreachable" : "connected";
    return Object.freeze({ isEnabled: session !== null, serverUrl: session?.url ?? null, connectionStatus });
  }

  configure(settings: DebugSettings): void {
    applySettings(this.settings, settings, (url) => this.platform.checkServerUrl(url));
    this.#encodeOptions = null;
    if (settings.redact !== undefined) this.#redacts = redactsOf(settings.redact);
  }

  registerReplacement(name: string, fn: AnyFunction): void {
    if (typeof name !== "string") throw new DebugError("registerReplacement needs a name.");
    checkName(name, "registerReplacement(name, fn)");
    if (typeof fn !== "function") {
      throw new DebugError(`registerReplacement(${JSON.stringify(name)}, ...) needs a function.`);
    }
    this.#registry.addReplacement(name, this.#wrapper.unwrap(fn) as AnyFunction);
    this.#announce();
  }

  registerEncoder(match: unknown, encode: unknown): void {
    this.#encoders.add(match, encode);
  }

  /** `withDebug` in all its forms. */
  debug(given: readonly unknown[], forced: CallMode | null): unknown {
    if (given.length === 0) return this.#switchByEnvironment();
    const [input, options] = given;
    if (typeof input === "string") {
      if (typeof options === "function")
        throw new DebugError(
          `A name and what it is for go in a list: withDebug([${JSON.stringify(input)}, target]).`,
        );
      if (options !== undefined) throw new DebugError("withDebug(command) takes no options.");
      return this.#switch(parseCommand(input));
    }
    const { alias, target } = readTarget(input);
    const { mode: asked, filter, key } = checkOptions(options);
    if (this.#requireMode("withDebug(target)") === "OFF") return target;
    const mode = asked === "auto" ? forced : asked === "sync" ? this.#modes.sync : asked;
    const chooseMode: ChooseMode = mode === null ? this.#modes.usual : () => mode;
    return this.#wrapper.wrap(target, alias, { way: `${mode ?? "usual"}:${key}`, chooseMode, filter });
  }

  /** `debugCall` in all its forms. */
  call(given: readonly unknown[], forced: CallMode | null, site: Site): unknown {
    const alias = typeof given[0] === "string" ? given[0] : null;
    const [wrapped, ...args] = alias === null ? given : given.slice(1);
    if (typeof wrapped !== "function") {
      throw new DebugError(
        'debugCall takes a function and its arguments, or ("name", function, ...arguments).',
      );
    }
    if (alias !== null) checkName(alias, "debugCall(alias, fn)");
    const fn = this.#wrapper.unwrap(wrapped) as AnyFunction;
    if (this.#requireMode("debugCall(fn)") === "OFF") return fn(...args);
    const name = alias ?? nameOf(fn);
    this.list([{ name, fn }]);
    const mode = forced ?? this.#modes.usual(fn);
    return this.run({ name, fn, thisArg: undefined, args, mode, callType: "inline", site });
  }

  #switchByEnvironment(): DebugInfo {
    const text = this.platform.environment();
    const asked = parseEnvironment(text, (url) => this.platform.checkServerUrl(url));
    if (asked.serverUrl !== null) this.settings.serverUrl = asked.serverUrl;
    if (asked.watchdogS !== null) this.settings.watchdogS = asked.watchdogS;
    if (asked.logIntervalS !== null) this.settings.suspendedBreakpointsLogIntervalS = asked.logIntervalS;
    return this.#switch(asked.mode);
  }

  #requireMode(what: string): Mode {
    if (this.#mode !== null) return this.#mode;
    throw new DebugError(
      `${what} came before debugging was switched on or off. Call withDebug("ON") first, withDebug("OFF") to leave ` +
        `everything as it is, or withDebug() to do what the environment variable ${ENVIRONMENT_NAME} says.`,
    );
  }

  #switch(mode: Mode): DebugInfo {
    if (mode === "OFF") {
      if (this.live?.isUsable) this.live.switchedOff();
      this.#session = null;
      this.#mode = mode;
      return this.info();
    }
    const sync = this.#blocking;
    const open = (server: ConstructorParameters<typeof Session>[0]): Session =>
      new Session(server, this.settings, this.#registry, (line) => this.log(line), this.platform.identity);
    if (!sync) this.#session = this.#connectSoon(open(null));
    else {
      try {
        this.#session = open(runSync(locate(this.settings.serverUrl), sync));
      } catch (error) {
        this.#session = this.#unreachable(error, open(null));
      }
    }
    this.#mode = mode;
    this.live ??= this.platform.live?.(this) ?? null;
    if (!this.#session.isLost) this.live?.settle();
    this.#sayFarewellAtExit();
    this.#announce();
    if (this.verbose) this.log(`debugging is on, server ${this.#session.url ?? "not found yet"}`);
    return this.info();
  }

  /** Where nothing can be waited for: calls wait for the server themselves. */
  #connectSoon(session: Session): Session {
    const connected = runAsync(session.connect(), this.platform.async);
    connected.then(
      () => this.#announce(),
      (error) => this.#warn(messageOf(error)),
    );
    return session;
  }

  /** No server was found: a session that goes on looking, or the error. */
  #unreachable(error: unknown, session: Session): Session {
    if (!isConnectionFailure(error)) throw error;
    if (this.settings.onUnreachable === "continue") {
      this.log(`debugging waits for a server, calls go on without: ${error.message}`);
      session.troubles.note(null, null, error);
      session.rest();
      return session;
    }
    throw new DebugServerError(
      // Without a cause: it says the same, and runtimes print both.
      `${error.message}\nTo let the program run without one: configureDebug({ onUnreachable: "continue" }).`,
    );
  }
}

/** `target` or `["alias", target]`. An array of anything else is an object like others. */
function readTarget(input: unknown): { alias: string | null; target: object } {
  if (isRevoked(input))
    throw new DebugError("withDebug was given a revoked Proxy; nothing can be done with one.");
  if (Array.isArray(input) && input.length <= 2 && looksLikeAlias(input)) {
    const [alias, target] = input;
    if (input.length !== 2 || typeof alias !== "string" || !isTarget(target) || isRevoked(target)) {
      throw new DebugError(
        'withDebug([alias, target]) takes a name and a function or object, as in withDebug(["charge", charge]).',
      );
    }
    checkName(alias, "withDebug([alias, target])");
    return { alias, target };
  }
  if (isTarget(input)) return { alias: null, target: input };
  const what = input === null ? "null" : typeof input;
  throw new DebugError(
    `withDebug takes a function, an object, ["name", target], or "ON", "OFF", "VERBOSE"; it was given ${what}.`,
  );
}

/** Meant as `[alias, target]`, if perhaps in the wrong order or with a part missing. */
const looksLikeAlias = (input: readonly unknown[]): boolean =>
  input.some((part) => typeof part === "function") || typeof input[0] === "string";

/** A revoked Proxy throws whatever is asked of it, this question included. */
function isRevoked(value: unknown): boolean {
  try {
    Array.isArray(value);
    return false;
  } catch {
    return true;
  }
}

function checkName(name: string, where: string): void {
  if (name === "") throw new DebugError(`${where} needs a name that is not empty.`);
  if (name.length <= MAX_NAME_LENGTH) return;
  throw new DebugError(
    `${where} needs a name of at most ${MAX_NAME_LENGTH} characters; this one has ${name.length}.`,
  );
}

/** What an inline call is called, as far as can be told before it is checked. */
const inlineName = ([first]: readonly unknown[]): string =>
  typeof first === "string" ? first : typeof first === "function" ? nameOf(first as AnyFunction) : "";

const isTarget = (value: unknown): value is object =>
  typeof value === "function" || (typeof value === "object" && value !== null);

/** The functions a platform's entry exports. */
export function createClient(client: Client, modes: Modes): DebugClient {
  // Each of these takes what its overloads say; the casts are where the overloads and the one implementation meet.
  // The stack is taken in these functions themselves, as an argument: Bun drops the frame of whoever ends in a call.
  const siteAbove = (entry: AnyFunction, given: readonly unknown[]): Site =>
    client.siteAbove(inlineName(given), entry);
  const debugCall = (...given: unknown[]): unknown => client.call(given, null, siteAbove(debugCall, given));
  const debugCallSync = (...given: unknown[]): unknown =>
    client.call(given, modes.sync, siteAbove(debugCallSync, given));
  const asyncDebugCall = async (...given: unknown[]): Promise<unknown> =>
    await client.call(given, "async", siteAbove(asyncDebugCall, given));
  return {
    withDebug: ((...given: unknown[]) => client.debug(given, null)) as WithDebug,
    withDebugSync: ((...given: unknown[]) => client.debug(given, modes.sync)) as WithDebug,
    debugCall: debugCall as DebugCall,
    debugCallSync: debugCallSync as DebugCall,
    asyncDebugCall: asyncDebugCall as AsyncDebugCall,
    registerReplacement: (name, fn) => client.registerReplacement(name, fn),
    registerEncoder: (match, encode) => client.registerEncoder(match, encode),
    configureDebug: (settings) => client.configure(settings),
    getDebugInfo: () => client.info(),
  };
}
