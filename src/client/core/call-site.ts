/** Where a call comes from: the stack as the contract writes it, without our own frames. */
import type { CallSite, StackFrame } from "../../protocol/calls.ts";
import { wallClock } from "../time.ts";

/** Deep enough for a real program's stack, bounded for a recursive one's. */
export const MOST_FRAMES = 50;

/** A stack as the engine wrote it: it is read only when somebody wants to know. */
export interface Site {
  /** `null` for calls that nobody is told of. */
  readonly stack: string | null;
}

/** For calls that nobody is told of. */
export const NO_SITE: Site = { stack: null };

/** For calls whose stack the engine did not give. */
const UNKNOWN_SITE: Site = { stack: "" };

type Entry = (...args: never[]) => unknown;

interface Errors {
  captureStackTrace?: (holder: object, above: Entry) => void;
  stackTraceLimit?: number;
}

/**
 * Engines note where something happened in a fraction of the time that it takes to write it down (0.5 us of 4 in Bun, 6 of
 * 12 in Node): that is done when the stack is asked for, which is after the call, and mostly when the program rests.
 */
class UnreadSite implements Site {
  #noted: { stack?: unknown } | null;
  readonly #own: number;
  #stack = "";

  /** `own`: how many of its innermost frames are ours. */
  constructor(noted: { stack?: unknown }, own: number) {
    this.#noted = noted;
    this.#own = own;
  }

  get stack(): string {
    if (this.#noted !== null) {
      try {
        this.#stack = withoutFrames(String(this.#noted.stack ?? ""), this.#own);
      } catch {
        // A program's own prepareStackTrace that throws: a call without a stack is still a call.
      }
      this.#noted = null;
    }
    return this.#stack;
  }
}

/** How the stack of a call is to be taken. */
export interface SiteWay {
  /** How deep; 0 for not at all. */
  framesFor(): number;
  /** It is not asked for at once. When it is, what an error takes to be read is more than `captureStackTrace` takes. */
  readsLater(): boolean;
}

/**
 * A trap of a Proxy that knows where it was called from. The stack is taken by the trap itself: in Node every function of
 * ours in between costs half a microsecond, and `captureStackTrace`, which could leave them out, two.
 *
 * @param way How to take it; asked with every call.
 */
export function trapWithSite<A, B, C, R>(
  way: SiteWay,
  run: (site: Site, a: A, b: B, c: C) => R,
): (a: A, b: B, c: C) => R {
  const trap = (a: A, b: B, c: C): R => {
    const frames = way.framesFor();
    let site = NO_SITE;
    if (frames > 0) {
      const errors = Error as unknown as Errors;
      const limit = errors.stackTraceLimit;
      try {
        if (way.readsLater() || !errors.captureStackTrace) {
          // One more, which is this function.
          errors.stackTraceLimit = frames + 1;
          site = new UnreadSite(new Error(), 1);
        } else {
          errors.stackTraceLimit = frames;
          const noted = {};
          errors.captureStackTrace(noted, trap);
          site = new UnreadSite(noted, 0);
        }
      } catch {
        // A frozen Error, or no room left on the stack.
        site = UNKNOWN_SITE;
      } finally {
        // Here and not in a function of its own: where the stack is full that could not be called.
        try {
          if (limit === undefined) delete errors.stackTraceLimit;
          else errors.stackTraceLimit = limit;
        } catch {
          // Frozen: then it was not changed either.
        }
      }
    }
    return run(site, a, b, c);
  };
  return trap;
}

/** Bun's `captureStackTrace` writes down at once; its errors do not, but know nothing of an entry. */
const WRITES_AT_ONCE = "Bun" in globalThis;

/**
 * The stack above `entry`, which is the function of ours that the program called. `later`: it is not asked for at once. (When
 * it is, what Bun's errors take to be read is more than `captureStackTrace` takes.)
 */
export function captureSite(entry: Entry, frames: number, later: boolean): Site {
  const errors = Error as unknown as Errors;
  const limit = errors.stackTraceLimit;
  try {
    if (errors.captureStackTrace && !(WRITES_AT_ONCE && later)) {
      errors.stackTraceLimit = frames;
      const noted = {};
      errors.captureStackTrace(noted, entry);
      return new UnreadSite(noted, 0);
    }
    ownFrames ??= countOwnFrames(entry, errors);
    const own = ownFrames;
    errors.stackTraceLimit = frames + own;
    return new UnreadSite(new Error(), own);
  } catch {
    // A frozen Error.
    return UNKNOWN_SITE;
  } finally {
    // Here and not in a function of its own: where the stack is full that could not be called.
    try {
      if (limit === undefined) delete errors.stackTraceLimit;
      else errors.stackTraceLimit = limit;
    } catch {
      // Frozen: then it was not changed either.
    }
  }
}

/** Frames that are ours, between the program and `captureSite`: always the same functions, counted once. */
let ownFrames: number | null = null;

/** Called by `captureSite` only: one frame more than there will be. 0 where the engine cannot tell; see `isOurs`. */
function countOwnFrames(entry: Entry, errors: Errors): number {
  if (!errors.captureStackTrace) return 0;
  const above: { stack?: unknown } = {};
  errors.stackTraceLimit = MOST_FRAMES;
  errors.captureStackTrace(above, entry);
  const [first] = linesOfFrames(String(above.stack ?? ""));
  const all = linesOfFrames(String(new Error().stack ?? ""));
  return (first === undefined ? all.length : Math.max(1, all.indexOf(first))) - 1;
}

const linesOfFrames = (stack: string): string[] =>
  stack.split("\n").filter((line) => parseLine(line.trim()) !== null);

/** Without so many frames, and without what stands before them: in most engines a line that says what error it is. */
function withoutFrames(stack: string, count: number): string {
  if (count === 0) return stack;
  let at = stack.indexOf("\n");
  const hasHeader = parseLine(stack.slice(0, Math.max(0, at)).trim()) === null;
  for (let i = hasHeader ? 0 : 1; i < count && at !== -1; i++) at = stack.indexOf("\n", at + 1);
  return at === -1 ? "" : stack.slice(at + 1);
}

/** A site as the contract has it, for a call that happens now. */
export const callSiteOf = ({ stack }: Site): CallSite =>
  stack === null
    ? { timestamp: null, stack_trace: null }
    : { timestamp: wallClock() / 1000, stack_trace: parseStack(stack) };

/** Reads `Error.stack`, outermost frame first and without our own, as V8, JavaScriptCore in Bun, Firefox and Safari write it. */
export function parseStack(stack: string): StackFrame[] {
  return framesOf(stack)
    .filter((frame) => !isOurs(frame.filename ?? ""))
    .reverse();
}

/**
 * Has an error's stack begin in the program: where in this library an error is made tells a program nothing.
 *
 * @param name What kind of error it is.
 * @param frames Outermost first; without them those that the error has, but for ours.
 */
export function beginInProgram(error: Error, name: string, frames?: readonly StackFrame[] | null): void {
  try {
    const shown = frames ?? parseStack(String(error.stack ?? ""));
    if (shown.length === 0) return;
    const head = error.message === "" ? name : `${name}: ${error.message}`;
    Object.defineProperty(error, "stack", {
      value: head + writeStack(shown),
      writable: true,
      configurable: true,
    });
  } catch {
    // A program's own prepareStackTrace that throws: the stack stays what the engine made it.
  }
}

/** Lines as an engine writes them after what error it is. (Bun shows no frame without a name.) */
const writeStack = (frames: readonly StackFrame[]): string =>
  frames
    .toReversed()
    .map(
      ({ filename, lineno, column, function: name }) => `\n    at ${name} (${filename}:${lineno}:${column})`,
    )
    .join("");

/** All frames, the innermost first. */
export const framesOf = (stack: string): StackFrame[] =>
  stack.split("\n").flatMap((line) => parseLine(line.trim()) ?? []);

const PLACE = /^(.*?):(\d+):(\d+)$/;

function parseLine(line: string): StackFrame | null {
  let name = "<anonymous>";
  let place = line;
  if (line.startsWith("at ")) {
    const named = /^at (?:async )?(?:(.*?) )?\((.*)\)$/.exec(line);
    name = named?.[1] ?? name;
    place = named?.[2] ?? line.replace(/^at (?:async )?/, "");
  } else if (line.includes("@")) {
    const at = line.lastIndexOf("@");
    name = line.slice(0, at) || name;
    place = line.slice(at + 1);
  } else return null;
  const found = PLACE.exec(place);
  if (!found?.[1]) return null;
  return {
    filename: withoutScheme(found[1]),
    lineno: Number(found[2]),
    column: Number(found[3]),
    function: name.replace(/^new /, ""),
  };
}

const withoutScheme = (place: string): string => {
  if (!place.startsWith("file://")) return place;
  const path = place.slice("file://".length);
  try {
    // file:///C:/x on Windows
    return decodeURIComponent(/^\/[A-Za-z]:/.test(path) ? path.slice(1) : path);
  } catch {
    return path;
  }
};

/**
 * Files whose frames are ours. Known only where this module still lies in its own place: bundled into a program, its
 * file is the program's too, and nothing but the frames above `entry` can be hidden.
 */
const OWN = ownPlace(import.meta.url);

function ownPlace(url: string | undefined): string | null {
  if (!url) return null;
  const path = withoutScheme(url);
  const source = /^(.*[/\\]src[/\\]client[/\\])core[/\\]call-site\.ts$/.exec(path);
  if (source?.[1]) return source[1];
  return /(dist[/\\]lib[/\\]client[/\\]\w+\.js|\/api\/debug-client\.js)$/.test(path) ? path : null;
}

const isOurs = (filename: string): boolean =>
  filename.startsWith("node:") || filename === "native" || (OWN !== null && filename.startsWith(OWN));
