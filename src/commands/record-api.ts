/** What commands ask the record: the running server, or the file itself when none runs. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { getDiscoveryHome } from "../discovery/index.ts";
import { CliError, UsageError } from "./errors.ts";
import type { Io } from "./io.ts";
import { printable } from "./printable.ts";
import { answerOf, NoServer, PRINTING_OPTIONS, type ServerApi, serverApi } from "./server-api.ts";

/** Options of commands that ask the record. */
export const RECORD_OPTIONS = {
  db: { kind: "text", value: "FILE", help: "Read this file, and ask no server" },
  ...PRINTING_OPTIONS,
} as const;

/** Whoever can be asked. */
export type RecordApi = Pick<ServerApi, "get">;

interface Options {
  db?: string | undefined;
  server?: string | undefined;
  portFile?: string | undefined;
}

/**
 * Without a server the usual file is read, and that is said.
 *
 * @throws CliError when there is neither.
 */
export async function recordApi(options: Options, { err }: Pick<Io, "err">): Promise<RecordApi> {
  if (options.db !== undefined) {
    if (options.server !== undefined) throw new UsageError("--db and --server exclude each other: ask one");
    return await fileApi(resolve(options.db));
  }
  try {
    return await serverApi(options);
  } catch (error) {
    const home = getDiscoveryHome();
    const path = home === undefined ? undefined : join(home, "cideldill.db");
    const isNamed = options.portFile !== undefined;
    if (!(error instanceof NoServer) || isNamed || path === undefined || !existsSync(path)) throw error;
    const api = await fileApi(path);
    err.line(err.style.dim(`No server is running; read from ${printable(path)}`));
    return api;
  }
}

/** For what changes the record: only a server does that. */
export async function changingApi(options: Options): Promise<ServerApi> {
  if (options.db !== undefined)
    throw new UsageError("--db only reads. Start a server with that file to change it: cideldill --db FILE");
  return await serverOr(
    "No server is running, and only a server changes the record; run cideldill to start one",
    options,
  );
}

/** For what only a server can do. @throws CliError with `problem` when there is none. */
export async function serverOr(
  problem: string,
  options: Parameters<typeof serverApi>[0],
): Promise<ServerApi> {
  try {
    return await serverApi(options);
  } catch (error) {
    if (!(error instanceof NoServer)) throw error;
    throw new CliError(problem, { cause: error });
  }
}

async function fileApi(path: string): Promise<RecordApi> {
  if (!existsSync(path)) throw new CliError(`There is no file ${printable(path)}`);
  const [{ openFileRecord }, { StoreError }] = await Promise.all([
    import("../server/file-record.ts"),
    import("../server/store/store.ts"),
  ]);
  try {
    const ask = openFileRecord(path);
    return { get: async <T>(asked: string) => await answerOf<T>(await ask(asked)) };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw new CliError(printable(error.message), { cause: error });
  }
}
