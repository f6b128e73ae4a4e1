/** Which URL a client uses, decided without touching the network. */
import { DEFAULT_SERVER_URL } from "../protocol/constants.ts";
import { parseServerUrl } from "./loopback-url.ts";
import { type Env, getDiscoveryFilePath } from "./paths.ts";
import { readPortFile } from "./port-file.ts";

/** What decides the URL, first to last: `serverUrl`, `CIDELDILL_SERVER_URL`, the port file, port 5174. */
export interface ResolveOptions {
  /** What `configureDebug({ serverUrl })` was given. Empty counts as not given. */
  serverUrl?: string | undefined;
  /** What gave `serverUrl`, as its person wrote it; default `configureDebug({ serverUrl })`. */
  serverUrlFrom?: string | undefined;
  /** Default `process.env`. */
  env?: Env | undefined;
  /** Default: {@link getDiscoveryFilePath} of `env`. */
  portFile?: string | undefined;
}

/** Which rule chose a URL. */
export type ResolutionSource = "configured" | "environment" | "port-file" | "default";

/** A URL with the rule that chose it. */
export interface Resolution {
  /** Scheme, host and port, without a slash at the end. */
  url: string;
  source: ResolutionSource;
  /** The rule in words, for a person: `the port file /home/ada/.cideldill/port`. */
  detail: string;
}

/**
 * Like {@link resolveServerUrl}, but says which rule chose.
 *
 * @throws DiscoveryError `invalid_url` or `not_loopback` for a bad `serverUrl` or `CIDELDILL_SERVER_URL`.
 * @example
 * describeResolution(); // { url: "http://localhost:5174", source: "default", detail: "the default port" }
 */
export function describeResolution(options: ResolveOptions = {}): Resolution {
  const env = options.env ?? process.env;
  const configured = options.serverUrl;
  if (configured !== undefined && configured.trim() !== "") {
    const detail = options.serverUrlFrom ?? "configureDebug({ serverUrl })";
    return { url: parseServerUrl(configured, detail), source: "configured", detail };
  }
  const fromEnv = env.CIDELDILL_SERVER_URL;
  if (fromEnv !== undefined && fromEnv.trim() !== "") {
    const detail = "CIDELDILL_SERVER_URL";
    return { url: parseServerUrl(fromEnv, detail), source: "environment", detail };
  }
  const portFile = options.portFile ?? getDiscoveryFilePath(env);
  const port = portFile === undefined ? undefined : readPortFile(portFile);
  if (port !== undefined) {
    return { url: `http://localhost:${port}`, source: "port-file", detail: `the port file ${portFile}` };
  }
  return { url: DEFAULT_SERVER_URL, source: "default", detail: "the default port" };
}

/**
 * The URL of the server, by rule alone: nothing is asked over the network, so the answer may be stale. Whoever is
 * about to send a payload uses `findServer`, which verifies who answers.
 *
 * @returns Scheme, host and port, without a slash at the end.
 * @throws DiscoveryError `invalid_url` or `not_loopback` for a bad `serverUrl` or `CIDELDILL_SERVER_URL`; an
 * unreadable port file is not an error.
 * @example
 * resolveServerUrl({ serverUrl: "http://localhost:8080/" }); // "http://localhost:8080"
 */
export function resolveServerUrl(options: ResolveOptions = {}): string {
  return describeResolution(options).url;
}
