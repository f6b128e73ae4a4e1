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
  /** How much of a value is sent. */
  limits?: Partial<EncodeLimits>;
}

/** Overloads of `withDebug`. */
export interface WithDebug {
  /** Switches interception on or off. */
  (command: DebugCommand | (string & {})): DebugInfo;
  /** Wraps a function or an object under its own name. The result has the very same type. */
  <T extends AnyFunction | AnyConstructor>(target: T): T;
  /** Wraps a function or an object under a name of your choice. */
  <T extends object>(aliased: readonly [alias: string, target: T]): T;
  <T extends object>(target: T): T;
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

/** What the library's entry of every platform exports. */
export interface DebugClient {
  withDebug: WithDebug;
  withDebugSync: WithDebug;
  debugCall: DebugCall;
  debugCallSync: DebugCall;
  asyncDebugCall: AsyncDebugCall;
  registerReplacement(name: string, fn: AnyFunction): void;
  configureDebug(settings: DebugSettings): void;
  getDebugInfo(): DebugInfo;
}
