/** Where a call comes from: the stack as the contract writes it, without our own frames. */
import type { CallSite, StackFrame } from "../../protocol/calls.ts";

/** Deep enough for a real program's stack, bounded for a recursive one's. */
const FRAMES = 50;

/** For calls that nobody is told of. */
export const NO_SITE: CallSite = { timestamp: null, stack_trace: null };

type Capture = (holder: object, above: (...args: never[]) => unknown) => void;

/**
 * The stack above `entry`, which is the function of ours that the program called. Outermost frame first, as Python
 * orders them.
 */
export function captureCallSite(entry: (...args: never[]) => unknown): CallSite {
  const timestamp = Date.now() / 1000;
  const holder: { stack?: unknown } = {};
  const errors = Error as unknown as { captureStackTrace?: Capture; stackTraceLimit?: number };
  const limit = errors.stackTraceLimit;
  try {
    errors.stackTraceLimit = FRAMES;
    if (errors.captureStackTrace) errors.captureStackTrace(holder, entry);
    else holder.stack = new Error().stack;
    return { timestamp, stack_trace: parseStack(String(holder.stack ?? "")) };
  } catch {
    // A frozen Error, or a program's own prepareStackTrace that throws: a call without a stack is still a call.
    return { timestamp, stack_trace: [] };
  } finally {
    restore(errors, limit);
  }
}

function restore(errors: { stackTraceLimit?: number }, limit: number | undefined): void {
  try {
    if (limit !== undefined) errors.stackTraceLimit = limit;
  } catch {
    // Frozen: then it was not changed either.
  }
}

/** Reads `Error.stack` as V8 and JavaScriptCore in Bun write it, and as Firefox and Safari do: without our own frames. */
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
