/** The public types of the client, shared by every platform. */

/** What `withDebug` does when given a string. Case and surrounding blanks do not matter. */
export type DebugCommand = "ON" | "OFF" | "VERBOSE" | "on" | "off" | "verbose";

/** `"connected"`: a verified server answers. `"unreachable"`: it is being looked for. `"off"`: nobody is asked. */
export type ConnectionStatus = "connected" | "unreachable" | "off";

/** How things stood when `withDebug` or `getDebugInfo` answered. */
export interface DebugInfo {
  readonly isEnabled: boolean;
  /** The verified server; `null` while there is none. */
  readonly serverUrl: string | null;
  readonly connectionStatus: ConnectionStatus;
}

// biome-ignore lint/suspicious/noExplicitAny: "any function" has no other spelling that every function is assignable to
export type AnyFunction = (...args: any[]) => any;
// biome-ignore lint/suspicious/noExplicitAny: as above, for constructors
export type AnyConstructor = abstract new (...args: any[]) => any;

/** Bounds of what one value may take on the wire. What is cut is shown, with its real size. */
export interface EncodeLimits {
  /** Levels of nesting. */
  depth: number;
  /** Entries of one array, object, Map or Set. */
  entries: number;
  /** Characters of one string. */
  stringLength: number;
  /** Characters of the whole payload, roughly. */
  totalSize: number;
}

/**
 * Which keys hold secrets: `true` for the usual names, an array or a RegExp for these besides, a function to decide
 * alone, `false` for none. `path` is the way through the encoded value, with the key at its end.
 */
export type RedactSetting =
  | boolean
  | readonly string[]
  | RegExp
  | ((key: string, path: readonly (string | number)[]) => boolean);

export interface DebugSettings {
  /** The server to use, instead of looking for one. Loopback only. `null` goes back to looking. */
  serverUrl?: string | null;
  /** What `withDebug("ON")` does when there is no server: throw (the default), or run without debugging until there is. */
  onUnreachable?: "throw" | "continue";
  /**
   * What a call does when the server goes away and is not back after `serverLostTimeoutS`: throw a
   * `DebugServerError` (the default) or run as if it had been told to continue.
   */
  onServerLost?: "throw" | "continue";
  /** How long a call looks for a lost server, in seconds. Default 10. */
  serverLostTimeoutS?: number;
  /** A paused call says so on stderr this often, in seconds. Default 60; 0 never. */
  suspendedBreakpointsLogIntervalS?: number;
  /** A request that has had no answer for so long is logged, again and again, in seconds. Default 10; 0 never. */
  watchdogS?: number;
  /** How much of a value is sent. */
  limits?: Partial<EncodeLimits>;
  /** Values under keys that look like secrets are not sent. Default `true`. */
  redact?: RedactSetting;
}

/** A method's name as it is, a name with `*` for any characters, or a RegExp. Case matters. */
export type MethodPattern = string | RegExp;

/** Which methods of an object are intercepted. What both sides name is left alone. */
export interface MethodFilter {
  /** Only these. Default: all. */
  include?: MethodPattern | readonly MethodPattern[];
  /** Not these. */
  exclude?: MethodPattern | readonly MethodPattern[];
}

/**
 * On which way calls run: `"sync"` blocks the caller while paused, `"async"` gives a promise and never blocks,
 * `"auto"` (the default) does what fits the function.
 */
export type WrapMode = "auto" | "sync" | "async";

/** Second argument of `withDebug`. */
export interface WrapOptions<M extends WrapMode = WrapMode> {
  methods?: MethodFilter;
  mode?: M;
}

/** Members that are handed out as they are, whatever the mode: the language itself calls them. */
type QuietKey =
  | symbol
  | "constructor"
  | "prototype"
  | "then"
  | "toJSON"
  | "toString"
  | "valueOf"
  | "toLocaleString";

type AsynchronousMembers<T, Filtered extends boolean> = {
  [K in keyof T]: K extends QuietKey
    ? T[K]
    : T[K] extends AnyConstructor
      ? T[K]
      : T[K] extends (...args: infer A) => infer R
        ? (...args: A) => Filtered extends true ? R | Promise<Awaited<R>> : Promise<Awaited<R>>
        : T[K];
};

/**
 * A thing wrapped with `mode: "async"`: its calls give promises. `new` cannot wait and stays as it is. `Filtered` is for
 * wrappers with `methods`: a method that is left out gives what it always gave.
 */
export type Asynchronous<T, Filtered extends boolean = false> = T extends abstract new (
  ...args: infer A
) => infer I
  ? (T extends new (...args: never) => unknown ? new (...args: A) => I : abstract new (...args: A) => I) &
      AsynchronousMembers<T, Filtered>
  : T extends (...args: infer A) => infer R
    ? ((...args: A) => Promise<Awaited<R>>) & AsynchronousMembers<T, Filtered>
    : AsynchronousMembers<T, Filtered>;

/** What `withDebug(target, options)` gives: the type of the original, unless `mode: "async"` changes it. */
export type Wrapped<T, O extends WrapOptions> = "mode" extends keyof O
  ? O extends { mode: "async" }
    ? Asynchronous<T, IsFiltered<O>>
    : "async" extends O["mode"]
      ? T | Asynchronous<T, true>
      : T
  : T;

export type IsFiltered<O extends WrapOptions> = O extends { methods: MethodFilter } ? true : false;

/** Overloads of `withDebug`. */
export interface WithDebug {
  /** Does what the environment variable `CIDELDILL` says. */
  (): DebugInfo;
  /** Switches interception on or off. */
  (command: DebugCommand | (string & {})): DebugInfo;
  /** Wraps a function or an object under its own name. The result has the very same type. */
  <T extends AnyFunction | AnyConstructor>(target: T): T;
  /** Wraps a function or an object under a name of your choice. */
  <T extends object>(aliased: readonly [alias: string, target: T]): T;
  <T extends object>(target: T): T;
  /** The same with options: which methods, and on which way calls run. */
  <T extends object, const O extends WrapOptions>(
    aliased: readonly [alias: string, target: T],
    options: O,
  ): Wrapped<T, O>;
  <T extends object, const O extends WrapOptions>(target: T, options: O): Wrapped<T, O>;
}

/** Overloads of `debugCall`: one call reported, nothing wrapped. */
export interface DebugCall {
  <A extends unknown[], R>(fn: (...args: A) => R, ...args: A): R;
  <A extends unknown[], R>(alias: string, fn: (...args: A) => R, ...args: A): R;
}

/** As {@link DebugCall}, always asynchronous: a pause never blocks the thread, whatever the function is. */
export interface AsyncDebugCall {
  <A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Promise<Awaited<R>>;
  <A extends unknown[], R>(alias: string, fn: (...args: A) => R, ...args: A): Promise<Awaited<R>>;
}

/** Type of `registerEncoder`: for the instances of a class, or for what a question is answered with true. */
export type RegisterEncoder = <T extends object = object>(
  match:
    | (abstract new (
        ...args: never[]
      ) => T)
    | ((value: object) => value is T)
    | ((value: object) => boolean),
  encode: (value: T) => unknown,
) => void;

/** What the library's entry of every platform exports. */
export interface DebugClient {
  withDebug: WithDebug;
  withDebugSync: WithDebug;
  debugCall: DebugCall;
  debugCallSync: DebugCall;
  asyncDebugCall: AsyncDebugCall;
  registerReplacement(name: string, fn: AnyFunction): void;
  registerEncoder: RegisterEncoder;
  configureDebug(settings: DebugSettings): void;
  getDebugInfo(): DebugInfo;
}
