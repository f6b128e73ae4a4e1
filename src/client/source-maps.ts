/**
 * Places in built files as places in the sources they were built from, where a source map lies beside them or in them.
 * What cannot be read, or is no map, changes nothing. Bun and Node only: it reads files.
 */
import { readFileSync, statSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { StackFrame } from "../protocol/calls.ts";

/** A larger map would take longer to read than its lines are worth. */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_FILES = 200;

/** What bundlers and compilers write. Only such files are looked into. */
const BUILT = /^(?:\/|[A-Za-z]:[\\/]).*\.[cm]?js$/;

/** The last such comment counts. */
const COMMENT = /^\/\/[#@] sourceMappingURL=(\S+)\s*$/gm;

/** How much of a file's end is searched for the comment: a map may be in it. */
const INLINE = /^data:application\/json[^,]*?(;base64)?,(.*)$/s;

/** What is ours, wherever a bundler has put it. */
const OURS = /[/\\]node_modules[/\\]cideldill[/\\]/;

interface Mapped {
  map: SourceMap;
  /** Sources are named from here. */
  folder: string;
}

const known = new Map<string, Mapped | null>();

/** A frame with its place in the source; the very frame when there is no map; `null` when it is one of our own. */
export function mapFrame(frame: StackFrame): StackFrame | null {
  const { filename, lineno } = frame;
  if (typeof filename !== "string" || typeof lineno !== "number" || !BUILT.test(filename)) return frame;
  const mapped = mapOf(filename);
  if (!mapped) return frame;
  const entry = mapped.map.findEntry(lineno - 1, (frame.column ?? 1) - 1);
  if (!("originalSource" in entry) || typeof entry.originalSource !== "string") return frame;
  const source = pathOf(entry.originalSource, mapped.folder);
  if (OURS.test(source)) return null;
  return { ...frame, filename: source, lineno: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

function pathOf(source: string, folder: string): string {
  if (source.startsWith("file://")) return fileURLToPath(source);
  // webpack:///./src/x.ts and its like name no place on the disk.
  return /^[a-z][a-z\d+.-]+:/i.test(source) ? source : resolve(folder, source);
}

function mapOf(file: string): Mapped | null {
  const before = known.get(file);
  if (before !== undefined) return before;
  if (known.size >= MOST_FILES) known.clear();
  let found: Mapped | null = null;
  try {
    found = read(file);
  } catch {
    // No file, no map, or one that is broken: the built file it is.
  }
  known.set(file, found);
  return found;
}

function read(file: string): Mapped | null {
  const url = [...textOf(file).matchAll(COMMENT)].at(-1)?.[1];
  if (url === undefined) return null;
  const inline = INLINE.exec(url);
  const place = inline ? file : resolve(dirname(file), decodeURIComponent(url));
  const text = inline
    ? Buffer.from(inline[2] ?? "", inline[1] ? "base64" : "utf8").toString("utf8")
    : textOf(place);
  const payload = JSON.parse(text) as ConstructorParameters<typeof SourceMap>[0];
  return { map: new SourceMap(payload), folder: resolve(dirname(place), payload.sourceRoot ?? "") };
}

function textOf(file: string): string {
  if (statSync(file).size > MOST_BYTES) throw new Error("too large");
  return readFileSync(file, "utf8");
}
