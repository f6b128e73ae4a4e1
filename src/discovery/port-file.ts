/** The port file: the bare number of the newest live server, for a shell as much as for a program. */
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { ensureFolder, writeAtomically, writeAtomicallySync } from "./atomic-write.ts";
import { DiscoveryError, systemErrorCode } from "./errors.ts";
import { getDiscoveryFilePath, getDiscoveryHome } from "./paths.ts";

/** A port is five digits; the rest is room for white space. Anything longer is no port file of ours. */
const MAX_BYTES = 64;

/** ASCII digits and ASCII white space only. No sign, no leading zero, no BOM: a strict file has one reading. */
const PORT = /^[ \t\r\n\v\f]*([1-9][0-9]{0,4})[ \t\r\n\v\f]*$/;

/** Whether a number can be a TCP port to connect to. */
export function isPort(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 65535;
}

/** What is at the place of a port file. */
export type PortFileContent =
  | { kind: "port"; port: number }
  /** Nothing there. */
  | { kind: "missing" }
  /** Something that is no port, or cannot be read. */
  | { kind: "invalid" };

/**
 * Like {@link readPortFile}, but tells a missing file from a bad one. Never throws, never waits.
 *
 * @example
 * inspectPortFile("/home/ada/.cideldill/port"); // { kind: "port", port: 5174 }
 */
export function inspectPortFile(path: string): PortFileContent {
  let descriptor: number | undefined;
  try {
    // Asked first, for opening a FIFO or a device can already do something to whoever is at its other end.
    const target = statSync(path, { throwIfNoEntry: false });
    if (target === undefined) return { kind: "missing" };
    if (!target.isFile()) return { kind: "invalid" };
    // And not waited for, should it become a FIFO just now.
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || stats.size > MAX_BYTES) return { kind: "invalid" };
    const buffer = Buffer.alloc(MAX_BYTES + 1);
    const length = readSync(descriptor, buffer, 0, buffer.length, 0);
    const match = length > MAX_BYTES ? null : PORT.exec(buffer.toString("latin1", 0, length));
    const port = Number(match?.[1]);
    return isPort(port) ? { kind: "port", port } : { kind: "invalid" };
  } catch (error) {
    return { kind: systemErrorCode(error) === "ENOENT" ? "missing" : "invalid" };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/**
 * Reads the port file. Never throws and never waits, whatever is there: a folder, a FIFO, a gigabyte of garbage.
 * Symbolic links are followed.
 *
 * @param path Default: {@link getDiscoveryFilePath}.
 * @returns The port (1 to 65535), or undefined when there is none or it is anything but digits with white space.
 * @example
 * const port = readPortFile() ?? 5174;
 */
export function readPortFile(path: string | undefined = getDiscoveryFilePath()): number | undefined {
  if (path === undefined) return undefined;
  const content = inspectPortFile(path);
  return content.kind === "port" ? content.port : undefined;
}

/** Checks both arguments and makes the folder; returns the absolute path. */
function preparePortFile(port: number, path: string | undefined): string {
  if (!isPort(port)) {
    throw new DiscoveryError(
      "invalid_port",
      `${String(port)} is not a port: give a whole number from 1 to 65535.`,
    );
  }
  if (path === undefined) {
    throw new DiscoveryError(
      "no_home",
      "There is no home folder to write the port file in: set HOME, CIDELDILL_HOME or CIDELDILL_PORT_FILE.",
    );
  }
  const file = resolve(path);
  const folder = dirname(file);
  // A port file that was placed elsewhere on purpose may lie in anyone's folder, as a CI workspace does.
  ensureFolder(folder, { trusted: folder === getDiscoveryHome() });
  return file;
}

/**
 * Writes the port file in one step: a reader sees the old port or the new one, never less. The folder is made (0700)
 * when it is missing; the file is 0600, as no other user has business with this server. A symbolic link is replaced,
 * not followed.
 *
 * @param port 1 to 65535.
 * @param path Default: {@link getDiscoveryFilePath}.
 * @throws DiscoveryError `invalid_port`, `no_home`, `not_a_file` (a folder or FIFO is in its place), `not_a_folder`,
 * `foreign_owner`, `not_writable`. No temporary file is left.
 * @example
 * await writePortFile(server.port);
 */
export async function writePortFile(
  port: number,
  path: string | undefined = getDiscoveryFilePath(),
): Promise<void> {
  await writeAtomically(preparePortFile(port, path), String(port));
}

/** {@link writePortFile} for the moment a process ends. Same errors. */
export function writePortFileSync(port: number, path: string | undefined = getDiscoveryFilePath()): void {
  writeAtomicallySync(preparePortFile(port, path), String(port));
}
