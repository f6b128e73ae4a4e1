/** Where discovery keeps its files. */
import { homedir, userInfo } from "node:os";
import { isAbsolute, join, resolve } from "node:path";

/** Environment variables, as `process.env` has them. */
export type Env = Readonly<Record<string, string | undefined>>;

/** The person's home folder. A HOME that is empty or relative names no place, so the password database is asked. */
function getUserHome(env: Env): string | undefined {
  const named = process.platform === "win32" ? env.USERPROFILE : env.HOME;
  if (named !== undefined && isAbsolute(named)) return named;
  for (const ask of [() => userInfo().homedir, homedir]) {
    try {
      const home = ask();
      if (isAbsolute(home)) return home;
    } catch {
      // A user id without an entry in the password database (containers) has no home.
    }
  }
  return undefined;
}

/**
 * A path from the environment made absolute: `~` and `~/x` start at the home folder (a shell does not expand them in
 * every place, such as an `.env` or YAML file), anything relative at the working directory. Undefined when unset,
 * empty, or `~` without a home. `~bob` is an ordinary relative name.
 */
function expandPath(value: string | undefined, env: Env): string | undefined {
  if (value === undefined || value.trim() === "") return undefined;
  const tilde =
    value === "~" || value.startsWith("~/") || (process.platform === "win32" && value.startsWith("~\\"));
  if (!tilde) return resolve(value);
  const home = getUserHome(env);
  return home === undefined ? undefined : join(home, value.slice(1));
}

/**
 * The folder of everything CID el Dill keeps: `CIDELDILL_HOME`, else `~/.cideldill`.
 *
 * @param env Environment to look in; default `process.env`.
 * @returns An absolute path, or undefined when the variable is unset and the user has no home folder at all: then
 * nothing can be published or discovered, and the caller goes on without.
 * @example
 * getDiscoveryHome(); // "/home/ada/.cideldill"
 */
export function getDiscoveryHome(env: Env = process.env): string | undefined {
  const configured = expandPath(env.CIDELDILL_HOME, env);
  if (configured !== undefined) return configured;
  const home = getUserHome(env);
  return home === undefined ? undefined : join(home, ".cideldill");
}

/**
 * The port file: `CIDELDILL_PORT_FILE`, else `port` in the discovery home. It holds the bare number of the newest
 * live server.
 *
 * @param env Environment to look in; default `process.env`.
 * @returns An absolute path, or undefined when there is neither the variable nor a home.
 * @example
 * getDiscoveryFilePath(); // "/home/ada/.cideldill/port"
 */
export function getDiscoveryFilePath(env: Env = process.env): string | undefined {
  const configured = expandPath(env.CIDELDILL_PORT_FILE, env);
  if (configured !== undefined) return configured;
  const home = getDiscoveryHome(env);
  return home === undefined ? undefined : join(home, "port");
}

/**
 * The folder of the instance records, one file a running server.
 *
 * @param env Environment to look in; default `process.env`.
 * @returns An absolute path, or undefined when there is no home.
 * @example
 * getServersFolder(); // "/home/ada/.cideldill/servers"
 */
export function getServersFolder(env: Env = process.env): string | undefined {
  const home = getDiscoveryHome(env);
  return home === undefined ? undefined : join(home, "servers");
}
