/** Where a call comes from: the stack as the contract writes it, without our own frames. */
import type { CallSite, StackFrame } from "../../protocol/calls.ts";

/** Deep enough for a real program's stack, bounded for a recursive one's. */
export const MOST_FRAMES = 50;

/** A stack as the engine wrote it: it is read only when somebody wants to know. */
export interface Site {
  /** `null` for calls that nobody is told of. */
  readonly stack: string | null;
}

/** For calls that nobody is told of. */
export const NO_SITE: Site = { stack: null };

type Capture = (holder: object, above: (...args: never[]) => unknown) => void;

/** The stack above `entry`, which is the function of ours that the program called. */
export function captureSite(entry: (...args: never[]) => unknown, frames: number): Site {
  const holder: { stack?: unknown } = {};
  const errors = Error as unknown as { captureStackTrace?: Capture; stackTraceLimit?: number };
  const limit = errors.stackTraceLimit;
  try {
    errors.stackTraceLimit = frames;
    if (errors.captureStackTrace) errors.captureStackTrace(holder, entry);
    else holder.stack = new Error().stack;
    return { stack: String(holder.stack ?? "") };
  } catch {
    // A frozen Error, or a program's own prepareStackTrace that throws: a call without a stack is still a call.
    return { stack: "" };
  } finally {
    // Here and not in a function of its own: where the stack is full that could not be called.
    try {
      if (limit !== undefined) errors.stackTraceLimit = limit;
    } catch {
      // Frozen: then it was not changed either.
    }
  }
}

/** A site as the contract has it, for a call that happens now. */
export const callSiteOf = ({ stack }: Site): CallSite =>
  stack === null
    ? { timestamp: null, stack_trace: null }
    : { timestamp: Date.now() / 1000, stack_trace: parseStack(stack) };

/** Reads `Error.stack`, outermost frame first and without our own, as V8, JavaScriptCore in Bun, Firefox and Safari write it. */
export function parseStack(stack: string): StackFrame[] {
  return framesOf(stack)
    .filter((frame) => !isOurs(frame.filename ?? ""))
    .reverse();
}

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
