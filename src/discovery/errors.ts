/** Every refusal of this folder: a code to branch on, the place it is about, and a sentence with the remedy. */

/** What went wrong, for programs. */
export type DiscoveryErrorCode =
  | "no_home"
  | "invalid_port"
  | "invalid_instance_id"
  | "not_a_file"
  | "not_a_folder"
  | "foreign_owner"
  | "not_writable"
  | "invalid_url"
  | "not_loopback"
  | "no_free_port"
  | "server_not_found";

/**
 * Thrown by discovery. `message` is one sentence for a person, naming the input and the remedy.
 *
 * @example
 * try { resolveServerUrl({ serverUrl: "localhost:8080" }) } catch (error) {
 *   if (error instanceof DiscoveryError && error.code === "invalid_url") console.error(error.message);
 * }
 */
export class DiscoveryError extends Error {
  override readonly name: string = "DiscoveryError";
  readonly code: DiscoveryErrorCode;
  /** The file or folder it is about, when it is about one. */
  readonly path: string | undefined;

  constructor(
    code: DiscoveryErrorCode,
    message: string,
    options: { path?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.path = options.path;
  }
}

/** The code of a system error (`"ENOENT"`), or undefined when it is not one. */
export function systemErrorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

const REASONS: Record<string, string> = {
  EACCES: "permission denied",
  EPERM: "not permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ENOTDIR: "a part of the path is not a folder",
  EISDIR: "it is a folder",
  ELOOP: "its symbolic links go in a circle",
  ENOENT: "the path does not exist and cannot be made",
  ENAMETOOLONG: "the name is too long",
};

/** What to set to publish elsewhere: ends every message about a place that cannot be used. */
export const ELSEWHERE =
  "set CIDELDILL_HOME (or CIDELDILL_PORT_FILE for the port alone) to a place you can write";

/** Turns a failed file operation into a DiscoveryError that says which path, why, and what to do. */
export function explainWriteError(error: unknown, path: string): DiscoveryError {
  if (error instanceof DiscoveryError) return error;
  const code = systemErrorCode(error);
  const reason =
    (code === undefined ? undefined : REASONS[code]) ??
    (error instanceof Error ? error.message : String(error));
  return new DiscoveryError("not_writable", `Cannot write ${path}: ${reason}; ${ELSEWHERE}.`, {
    path,
    cause: error,
  });
}
