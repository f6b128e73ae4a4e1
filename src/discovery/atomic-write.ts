/**
 * Files that a reader sees whole or not at all: an exclusive temporary file in the same folder, then a rename.
 * Writing in place would not do: a reader would see an empty file, or `51744` while 61234 becomes 5174.
 */
import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { DiscoveryError, ELSEWHERE, explainWriteError, systemErrorCode } from "./errors.ts";
import { getPidNamespace, isProcessAlive } from "./process-identity.ts";

/** Only the user: what a port file and a record name is nobody else's business, and a record may hold a token. */
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/** Leftovers whose writer cannot be judged by its pid go when they are this old, in ms: a write takes less than one. */
const FOREIGN_TEMP_AGE_MS = 24 * 3600 * 1000;

/** Whether something is ours to trust: owned by this user or by root. Always, where there are no user ids. */
export function isOwnedByUs(stats: Stats): boolean {
  const uid = process.getuid?.();
  return uid === undefined || stats.uid === uid || stats.uid === 0;
}

/**
 * Makes a folder (0700) if it is missing, with its parents.
 *
 * @param path Absolute path.
 * @param options `trusted`: also refuse a folder, or a link to one, that another user than root owns: they could
 * send our clients to a server of theirs. A link of our own to a folder of our own is fine.
 * @throws DiscoveryError `not_a_folder`, `foreign_owner`, `not_writable`.
 * @example
 * ensureFolder("/home/ada/.cideldill", { trusted: true });
 */
export function ensureFolder(path: string, options: { trusted?: boolean } = {}): void {
  let target: Stats;
  try {
    mkdirSync(path, { recursive: true, mode: PRIVATE_FOLDER });
    target = statSync(path);
  } catch (error) {
    if (systemErrorCode(error) !== "EEXIST") throw explainWriteError(error, path);
    throw notAFolder(path, error);
  }
  if (!target.isDirectory()) throw notAFolder(path);
  if (options.trusted && !(isOwnedByUs(target) && isOwnedByUs(lstatSync(path)))) {
    throw new DiscoveryError(
      "foreign_owner",
      `${path} belongs to another user (uid ${target.uid}), who could send your programs elsewhere: take it over with chown, or set CIDELDILL_HOME to a folder of your own.`,
      { path },
    );
  }
}

function notAFolder(path: string, cause?: unknown): DiscoveryError {
  return new DiscoveryError("not_a_folder", `${path} is not a folder: remove it, or ${ELSEWHERE}.`, {
    path,
    cause,
  });
}

/** Refuses to replace what is no file: a folder, a FIFO or a device was put there by someone for a reason. */
function checkTarget(path: string): void {
  let target: Stats | undefined;
  try {
    // Missing is the usual case, and an error would cost more than all the rest.
    target = lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    throw explainWriteError(error, path);
  }
  if (target === undefined) return;
  // A symbolic link is replaced itself, never followed.
  if (target.isFile() || target.isSymbolicLink()) return;
  const kind = target.isDirectory() ? "a folder" : target.isFIFO() ? "a FIFO" : "not a regular file";
  throw new DiscoveryError("not_a_file", `${path} is ${kind}: remove it, or ${ELSEWHERE}.`, { path });
}

/** A short tag of the namespace our pid belongs to, so that the sweep knows whose pid a name holds. */
export function namespaceTag(): string {
  let hash = 0x811c9dc5;
  for (const letter of getPidNamespace() ?? "") hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  return (hash >>> 0).toString(16);
}

/** `.<name>.<pid>.<namespace>.<random>.tmp` */
const TEMP_NAME = /^\.(.+)\.(\d+)\.([0-9a-f]+)\.([0-9a-f]{16})\.tmp$/;

/** Opens a new file beside `path` that nobody else has: O_EXCL also refuses a planted symbolic link. */
function openTemp(path: string): { temp: string; descriptor: number } {
  checkTarget(path);
  // The global, for loading node:crypto would take as long as the whole write.
  const random = crypto.randomUUID().replaceAll("-", "").slice(0, 16);
  const temp = join(dirname(path), `.${basename(path)}.${process.pid}.${namespaceTag()}.${random}.tmp`);
  try {
    return { temp, descriptor: openSync(temp, "wx", PRIVATE_FILE) };
  } catch (error) {
    throw explainWriteError(error, path);
  }
}

/** What Windows answers while another program has the target open for a moment. */
const BUSY = new Set(["EPERM", "EACCES", "EBUSY"]);

function discard(temp: string): void {
  try {
    unlinkSync(temp);
  } catch {
    // Not made, or renamed already.
  }
}

/**
 * Replaces a file's content in one step (mode 0600). Uses `Bun.write`, so it runs in Bun only.
 *
 * @param path Absolute path in an existing folder.
 * @throws DiscoveryError `not_a_file`, `not_writable`; nothing is left behind then.
 * @example
 * await writeAtomically("/home/ada/.cideldill/port", "5174");
 */
export async function writeAtomically(path: string, content: string): Promise<void> {
  const { temp, descriptor } = openTemp(path);
  try {
    try {
      await Bun.write(Bun.file(descriptor), content);
    } finally {
      closeSync(descriptor);
    }
    for (let attempt = 0; ; attempt++) {
      try {
        renameSync(temp, path);
        return;
      } catch (error) {
        if (process.platform !== "win32" || attempt >= 10 || !BUSY.has(systemErrorCode(error) ?? ""))
          throw error;
        await new Promise((done) => setTimeout(done, 10));
      }
    }
  } catch (error) {
    discard(temp);
    throw explainWriteError(error, path);
  }
}

/**
 * The same without waiting, for the paths on which a process ends and no promise runs any more.
 *
 * @throws DiscoveryError `not_a_file`, `not_writable`.
 * @example
 * process.on("exit", () => writeAtomicallySync(path, "5174"));
 */
export function writeAtomicallySync(path: string, content: string): void {
  const { temp, descriptor } = openTemp(path);
  try {
    try {
      writeSync(descriptor, content);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temp, path);
  } catch (error) {
    discard(temp);
    throw explainWriteError(error, path);
  }
}

/**
 * Removes the temporary files that killed writers left. Never one of a running process; one of another container only
 * when it is a day old.
 *
 * @param folder Absolute path; a missing folder is fine.
 * @param matches Which targets' leftovers: the port file's folder may be any folder, and only our own names go.
 * @example
 * sweepTemporaryFiles("/home/ada/.cideldill", (target) => target === "port");
 */
export function sweepTemporaryFiles(folder: string, matches: (target: string) => boolean): void {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return;
  }
  for (const name of names) {
    const [, target, pid, tag] = TEMP_NAME.exec(name) ?? [];
    if (target === undefined || !matches(target)) continue;
    const temp = join(folder, name);
    try {
      const judged = tag === namespaceTag();
      if (
        judged ? !isProcessAlive(Number(pid)) : Date.now() - lstatSync(temp).mtimeMs > FOREIGN_TEMP_AGE_MS
      ) {
        unlinkSync(temp);
      }
    } catch {
      // Gone meanwhile, or not ours to remove.
    }
  }
}

/** Takes other users' rights off a folder of ours. Best effort: some file systems have no modes. */
export function makePrivate(folder: string): void {
  try {
    if ((statSync(folder).mode & 0o077) !== 0) chmodSync(folder, PRIVATE_FOLDER);
  } catch {
    // The files inside are 0600 all the same.
  }
}
