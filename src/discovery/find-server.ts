/** Finds a server that is really there and really ours, before anything is sent to it. */
import { DEFAULT_SERVER_URL } from "../protocol/constants.ts";
import type { Health } from "../protocol/health.ts";
import { DiscoveryError } from "./errors.ts";
import { recordLiveness } from "./liveness.ts";
import { parseServerUrl, portOf } from "./loopback-url.ts";
import { getDiscoveryFilePath, getServersFolder } from "./paths.ts";
import { DEFAULT_TIMEOUT_MS, type FetchLike, type ProbeResult, probeServer } from "./probe.ts";
import { isSamePortFile } from "./reconcile.ts";
import { type InstanceRecord, readRecords } from "./records.ts";
import {
  describeResolution,
  type Resolution,
  type ResolutionSource,
  type ResolveOptions,
} from "./resolve.ts";

/** Pause between two looks while waiting, in ms. */
const WAIT_INTERVAL_MS = 30;

/** How long a stranger is left alone while waiting, in ms: it did not ask to be asked thirty times a second. */
const STRANGER_REST_MS = 500;

/** Patience with a server whose process lives, in ms: it may be starting up, or share its machine with too many. */
const BUSY_PATIENCE_MS = 10_000;

export interface FindServerOptions extends ResolveOptions {
  /** Patience with each candidate, in ms; default 1500, and 10,000 where a recorded server lives and no other answers. */
  timeoutMs?: number | undefined;
  /** Keep looking for so long, in ms; default 0, one look. */
  wait?: number | undefined;
  /**
   * Also try port 5174, though nothing here names it; default true. Without, only servers that published themselves in
   * this home count: whoever waits for one of their own must not get another person's.
   */
  tryDefault?: boolean | undefined;
  /** Default: the global `fetch`. */
  fetch?: FetchLike | undefined;
}

/** Where a candidate came from. */
export type CandidateSource = ResolutionSource | "record";

/** A candidate that was looked at. */
export interface TriedServer {
  url: string;
  source: CandidateSource;
  /** `not-loopback`: a record of a server that listens on no loopback address. */
  outcome: ProbeResult["outcome"] | "not-loopback";
  /** Where it came from and what was found there, in words. */
  detail: string;
}

/** A verified server. */
export interface FoundServer {
  /** Scheme, host and port, without a slash at the end. */
  url: string;
  source: CandidateSource;
  health: Health;
  /** Its record, when it has one here. */
  record?: InstanceRecord;
  /** All that was looked at, in order; the last is the server itself. */
  tried: TriedServer[];
}

/**
 * Thrown when no server was found. `message` lists every candidate with why it was refused, and the remedy.
 *
 * @example
 * findServer().catch((error) => error instanceof ServerNotFoundError && console.error(error.message));
 */
export class ServerNotFoundError extends DiscoveryError {
  override readonly name = "ServerNotFoundError";
  readonly tried: readonly TriedServer[];

  constructor(message: string, tried: readonly TriedServer[], path: string | undefined) {
    super("server_not_found", message, { path });
    this.tried = tried;
  }
}

interface Candidate {
  url: string;
  source: CandidateSource;
  /** Where it came from, in words. */
  origin: string;
  expectInstance?: string;
}

/** One look at all candidates, and what is remembered between looks. */
class Search {
  readonly #options: FindServerOptions;
  readonly #deadline: number;
  readonly #resting = new Map<string, { until: number; result: ProbeResult }>();
  tried: TriedServer[] = [];
  #records: InstanceRecord[] = [];

  constructor(options: FindServerOptions, deadline: number) {
    this.#options = options;
    this.#deadline = deadline;
  }

  async look(resolution: Resolution): Promise<FoundServer | undefined> {
    this.tried = [];
    this.#records = readRecords(getServersFolder(this.#options.env));
    const { url, source, detail } = resolution;
    if (source !== "default") {
      const found = await this.#check([{ url, source, origin: detail }]);
      // A URL that was given is the one that was meant: never fall through to another server.
      if (found !== undefined || source !== "port-file") return found;
    }
    // All at once, best first: a hung one costs its time-out only once.
    return await this.#check(this.#fallbacks(resolution));
  }

  /** The live records, newest first, then the default port. */
  #fallbacks(resolution: Resolution): Candidate[] {
    const { portFile, isolated } = portFileOf(this.#options);
    const seen = new Set(resolution.source === "port-file" ? [resolution.url] : []);
    const candidates: Candidate[] = [];
    const add = (candidate: Candidate) => {
      if (seen.has(candidate.url)) return;
      seen.add(candidate.url);
      candidates.push(candidate);
    };
    const live = this.#records.filter((record) => recordLiveness(record) !== "dead");
    const own = live.filter((record) => isSamePortFile(record.port_file, portFile));
    const others = isolated ? [] : live.filter((record) => !own.includes(record));
    for (const record of [...own, ...others]) {
      const origin = `the record of instance ${record.instance_id}, pid ${record.pid}`;
      try {
        const url = parseServerUrl(record.url, origin);
        add({ url, source: "record", origin, expectInstance: record.instance_id });
      } catch {
        const detail = `${origin}: not on this machine's loopback; give its URL through a tunnel`;
        this.tried.push({ url: record.url, source: "record", outcome: "not-loopback", detail });
      }
    }
    if (this.#options.tryDefault ?? true) {
      add({ url: DEFAULT_SERVER_URL, source: "default", origin: "the default port" });
    }
    return candidates;
  }

  /** Asks all of them; the first in order that is ours wins. One that is late wins only when no other is there. */
  async #check(candidates: Candidate[]): Promise<FoundServer | undefined> {
    const ended = new AbortController();
    const asked = candidates.map((candidate) => ({
      candidate,
      result: this.#probe(candidate, ended.signal),
    }));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const isLate = new Promise<undefined>((done) => {
      timer = setTimeout(() => done(undefined), this.#options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    });
    const late: typeof asked = [];
    try {
      for (const one of asked) {
        const result = await Promise.race([one.result, isLate]);
        if (result === undefined) late.push(one);
        const found = result && this.#taken(one.candidate, result);
        if (found) return found;
      }
      for (const { candidate, result } of late) {
        const found = this.#taken(candidate, await result);
        if (found) return found;
      }
      return undefined;
    } finally {
      clearTimeout(timer);
      ended.abort();
    }
  }

  #taken({ url, source, origin }: Candidate, result: ProbeResult): FoundServer | undefined {
    this.tried.push({ url, source, outcome: result.outcome, detail: `${origin}: ${result.detail}` });
    if (result.outcome !== "ok") return undefined;
    const { health } = result;
    const record = this.#records.find((known) => known.instance_id === health.instance_id);
    return { url, source, health, ...(record === undefined ? {} : { record }), tried: this.tried };
  }

  /** Whether a server of ours that lives is recorded for this port: it may be too busy to answer at once. */
  #lives(url: string): boolean {
    const port = portOf(url);
    return this.#records.some((record) => record.port === port && recordLiveness(record) === "alive");
  }

  async #probe(candidate: Candidate, signal: AbortSignal): Promise<ProbeResult> {
    const rest = this.#resting.get(candidate.url);
    if (rest !== undefined && Date.now() < rest.until) return rest.result;
    const { wait = 0, fetch } = this.#options;
    const usual = this.#lives(candidate.url) ? BUSY_PATIENCE_MS : DEFAULT_TIMEOUT_MS;
    const { timeoutMs = usual } = this.#options;
    // The last look of a wait may not go far beyond it, yet must have a chance.
    const patience = wait > 0 ? Math.max(100, Math.min(timeoutMs, this.#deadline - Date.now())) : timeoutMs;
    const { expectInstance } = candidate;
    const result = this.#belongsHere(
      candidate,
      await probeServer(candidate.url, { timeoutMs: patience, expectInstance, signal, fetch }),
    );
    if (result.outcome === "stranger" || result.outcome === "timeout") {
      this.#resting.set(candidate.url, { until: Date.now() + STRANGER_REST_MS, result });
    }
    return result;
  }

  /** On the default port, a server that publishes to another port file is not the one a chosen port file stands for. */
  #belongsHere(candidate: Candidate, result: ProbeResult): ProbeResult {
    const { portFile, isolated } = portFileOf(this.#options);
    if (result.outcome !== "ok" || candidate.source !== "default" || !isolated) return result;
    const record = this.#records.find((known) => known.instance_id === result.health.instance_id);
    if (record === undefined || isSamePortFile(record.port_file, portFile)) return result;
    const detail = `a CID el Dill server that publishes to ${record.port_file ?? "no port file"}`;
    return { outcome: "wrong-instance", health: result.health, detail };
  }
}

/** The port file in use, and whether it was chosen apart from the usual one: then other servers are not ours. */
function portFileOf(options: FindServerOptions): { portFile: string | undefined; isolated: boolean } {
  const env = options.env ?? process.env;
  const portFile = options.portFile ?? getDiscoveryFilePath(env);
  const usual = getDiscoveryFilePath({ ...env, CIDELDILL_PORT_FILE: undefined });
  return { portFile, isolated: !isSamePortFile(portFile, usual) };
}

/** What to do about it, for the person who reads the message. */
function explain(
  resolution: Resolution,
  tried: readonly TriedServer[],
  portFile: string | undefined,
  serverUrlFrom: string | undefined,
) {
  const start = "start one with: cideldill";
  const [first] = tried;
  if (resolution.source === "configured" || resolution.source === "environment") {
    const undo =
      resolution.source === "environment"
        ? "unset CIDELDILL_SERVER_URL"
        : `leave ${serverUrlFrom ?? "serverUrl"} out`;
    const why = first?.detail ?? resolution.detail;
    const port = new URL(resolution.url).port || "80";
    const message = `No CID el Dill server at ${resolution.url} (${why}). To fix it, ${start} --port ${port}, or ${undo} to let discovery find one.`;
    return { message, path: undefined };
  }
  const lines = tried.map(({ url, detail }) => `  ${url} (${detail})`);
  const stale =
    first?.source === "port-file" && (first.outcome === "refused" || first.outcome === "stranger");
  if (lines.length === 0) {
    return {
      message: `No CID el Dill server is published in ${portFile ?? "a home folder"}; ${start}`,
      path: undefined,
    };
  }
  const remedy = stale ? `${start}\nThe port file is stale; you may delete it: ${portFile}` : start;
  return {
    message: `No CID el Dill server found. Tried:\n${lines.join("\n")}\nTo fix it, ${remedy}`,
    path: stale ? portFile : undefined,
  };
}

/**
 * Finds the server and verifies that it is one, by its own word at `/api/health`. An explicit URL (`serverUrl`,
 * `CIDELDILL_SERVER_URL`) is the only candidate when there is one. Else: the port file's port, the recorded servers
 * that may be alive, newest first, and port 5174. A port file that was chosen (`portFile`, `CIDELDILL_PORT_FILE`)
 * stands for the servers that publish to it, and others are not taken instead.
 *
 * @returns The server, with all that was tried.
 * @throws ServerNotFoundError when nothing on the list is a CID el Dill server, after `wait` ms.
 * @throws DiscoveryError `invalid_url` or `not_loopback` for a bad explicit URL, at once.
 * @example
 * const { url, source } = await findServer({ wait: 10_000 });
 */
export async function findServer(options: FindServerOptions = {}): Promise<FoundServer> {
  const deadline = Date.now() + (options.wait ?? 0);
  const search = new Search(options, deadline);
  while (true) {
    // Resolved anew each time: the port file is what we are waiting for.
    const resolution = describeResolution(options);
    const found = await search.look(resolution);
    if (found !== undefined) return found;
    const left = deadline - Date.now();
    if (left <= 0) {
      const { message, path } = explain(
        resolution,
        search.tried,
        portFileOf(options).portFile,
        options.serverUrlFrom,
      );
      throw new ServerNotFoundError(message, search.tried, path);
    }
    await new Promise((done) => setTimeout(done, Math.min(WAIT_INTERVAL_MS, left)));
  }
}
