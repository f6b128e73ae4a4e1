/**
 * Source files as text. Which file is asked for is never the reader's choice: the path comes from a recorded stack (see
 * routes/source.ts). A stack can name anything, for a program may be hostile: hence only regular files with the name of
 * source code, behind every link, of a bounded size, and never one that could hold a reader up.
 */
import { constants, type FileHandle, open, realpath } from "node:fs/promises";
import { extname, isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import { MAX_SOURCE_BYTES, type SourceFile } from "../protocol/source.ts";
import { Refusal } from "./engine/refusal.ts";

type Language = SourceFile["language"];

/** What source code is called. Nothing else is read: no key, no history, no settings. */
const LANGUAGES: Readonly<Record<string, Language>> = {
  ".js": "javascript",
  ".mjs": "javascript",
  ".cjs": "javascript",
  ".jsx": "javascript",
  ".ts": "typescript",
  ".mts": "typescript",
  ".cts": "typescript",
  ".tsx": "typescript",
  ".py": "python",
  ".pyw": "python",
  ".vue": "other",
  ".svelte": "other",
};

export interface SourceText {
  language: Language;
  text: string;
  /** Unix seconds. */
  modifiedAt: number;
}

/** Reads the file that a stack names. Throws `source_not_found`, with why. */
export async function readSource(named: string): Promise<SourceText> {
  const path = pathOf(named);
  languageOf(path, named);
  const real = await realpath(path).catch(() => refuse(named, "there is no such file on this machine"));
  // A link called a.ts may lead to something that is none.
  const language = languageOf(real, named);
  // Opening a FIFO would wait for whoever writes to it.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
  const file = await open(real, flags).catch(() => refuse(named, "it cannot be opened"));
  try {
    return { language, ...(await readText(file, named)) };
  } finally {
    await file.close();
  }
}

async function readText(file: FileHandle, named: string): Promise<{ text: string; modifiedAt: number }> {
  const stat = await file.stat();
  if (!stat.isFile()) return refuse(named, "it is not a file");
  if (stat.size > MAX_SOURCE_BYTES)
    return refuse(named, `it has ${stat.size.toLocaleString("en-US")} bytes, too many to show`);
  const bytes = Buffer.alloc(stat.size);
  const { bytesRead } = await file.read(bytes, 0, stat.size, 0);
  const read = bytes.subarray(0, bytesRead);
  if (read.includes(0)) return refuse(named, "it is not text");
  return { text: new TextDecoder().decode(read), modifiedAt: stat.mtimeMs / 1000 };
}

function pathOf(named: string): string {
  let path = named;
  if (/^file:\/\//i.test(named)) {
    try {
      path = fileURLToPath(named);
    } catch {
      return refuse(named, "it is not a path of this machine");
    }
  }
  if (path.includes("\0")) return refuse(named, "it holds a NUL");
  return isAbsolute(path) ? path : refuse(named, "it is not a path of this machine");
}

function languageOf(path: string, named: string): Language {
  const ending = extname(path).toLowerCase();
  return LANGUAGES[ending] ?? refuse(named, "its name is not one of source code");
}

function refuse(named: string, why: string): never {
  throw new Refusal(
    "source_not_found",
    `The source of ${JSON.stringify(named.slice(0, 300))} is not shown: ${why}.`,
  );
}
