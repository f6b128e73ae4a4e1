/** What the routes work on: one engine, one store, one hub, one identity per server. */

import { isServerRunning } from "../discovery/is-server-running.ts";
import { isProcessAlive } from "../discovery/process-identity.ts";
import { POLL_HOLD_MS, REPL_TIMEOUT_MS } from "../protocol/constants.ts";
import type { AgentPolicy } from "../protocol/proposals.ts";
import { VERSION } from "../protocol/version.ts";
import { valuesOf } from "./call-values.ts";
import { addComError } from "./com-errors.ts";
import { Debuggees } from "./debuggees/debuggees.ts";
import { driveDelays } from "./delays.ts";
import { type Demo, DemoRuns } from "./demo-runs.ts";
import { Agents } from "./engine/agents.ts";
import type { BreakpointManager } from "./engine/manager.ts";
import type { AccessPolicy } from "./http/access.ts";
import { keepSettings } from "./keeper.ts";
import { LiveHub } from "./live.ts";
import { Looks } from "./look.ts";
import { keepTidy } from "./record/keeping.ts";
import { RecordedCalls } from "./recorded-calls.ts";
import { recordTo } from "./recorder.ts";
import { RuleLog } from "./rule-log.ts";
import { openStore } from "./store/sqlite-store.ts";
import type { Store } from "./store/store.ts";
import { pausedSummary } from "./views.ts";

export interface ServerIdentity {
  instanceId: string;
  version: string;
  pid: number;
  /** Unix seconds. */
  startedAt: number;
}

export interface ServerContext {
  manager: BreakpointManager;
  store: Store;
  live: LiveHub;
  /** The demo's program, which the empty page offers. */
  demo: DemoRuns;
  /** What agents may do, who works at a pause, what was proposed. */
  agents: Agents;
  /** Looks into large values. */
  looks: Looks;
  /** Whoever adds calls to the store by itself tells so here. */
  recorded: RecordedCalls;
  /** What rules said. */
  ruleLog: RuleLog;
  /** Resolves when the rules of earlier runs hold again. */
  restored: Promise<void>;
  /** The programs on the live channel. */
  debuggees: Debuggees;
  identity: ServerIdentity;
  access: AccessPolicy;
  /** Aborted when the server begins to stop: held requests end. */
  stopping: AbortSignal;
  /** How long a request may be held, in ms. */
  timing: Timing;
  /** The folder with the built pages, or null when there is none (tests of the API alone). */
  webRoot: string | null;
  /** Communication errors that clients reported, newest last. */
  comErrors: Record<string, unknown>[];
  /** Writes a line for whoever started the server with --debug. */
  debug: (line: string) => void;
  /** Lets go of everything: listeners and the database. */
  close: () => void;
}

export interface Timing {
  /** One poll of a paused call. */
  pollHoldMs: number;
  /** One evaluation in the debuggee, before `504 eval_timeout`. */
  replTimeoutMs: number;
}

export interface ContextOptions {
  manager: BreakpointManager;
  /** A database file, or `:memory:`. */
  db: string;
  access?: Partial<AccessPolicy>;
  /** How the demo's program is started; without it, it cannot be. */
  demo?: Demo;
  /** What agents may do where nothing else is said. Default: everything. */
  agentPolicy?: AgentPolicy;
  stopping?: AbortSignal;
  timing?: Partial<Timing>;
  webRoot?: string | null;
  debug?: (line: string) => void;
  /** Told when the database stops taking writes. */
  onProblem?: (message: string) => void;
}

/** Builds a context. Throws StoreError when the database cannot be used. */
export function createContext(options: ContextOptions): ServerContext {
  const { manager } = options;
  const identity = {
    instanceId: crypto.randomUUID(),
    version: VERSION,
    pid: process.pid,
    startedAt: manager.now(),
  };
  const store = openStore(options.db, identity.instanceId, {
    onProblem: options.onProblem,
    isRunning: isServerRunning,
  });
  const live = new LiveHub(manager.now);
  const untidy = keepTidy(store, (line) => options.debug?.(line));
  const recorded = new RecordedCalls(live);
  const ruleLog = new RuleLog(live, manager.now);
  manager.readValuesFrom(valuesOf(store));
  const keeper = keepSettings(manager, store, (message) => options.onProblem?.(message));
  const unlisten = manager.listen(recordTo(store, live, recorded, ruleLog, manager.now));
  const stopDelays = driveDelays(manager, live);
  const looks = new Looks(store);
  const agents = new Agents({
    now: manager.now,
    ...(options.agentPolicy ? { policy: options.agentPolicy } : {}),
    listener: {
      proposal: (proposal) => live.emit({ type: "proposal", proposal }),
      held: (pause_id, holder) => live.emit({ type: "pause_held", pause_id, holder }),
      policy: (policy) => live.emit({ type: "agent_policy", policy }),
    },
  });
  const unlistenAgents = manager.listen({ pauseRemoved: (pause) => agents.pauseEnded(pause.id) });
  manager.repl.onChanged = (id) => {
    const pause = manager.requirePause(id);
    live.emit({ type: "pause_changed", pause: pausedSummary(store, pause, manager.repl.changedArgs(id)) });
  };
  manager.repl.onEvaluated = ({ pause_id, session_id }, entry) =>
    live.emit({ type: "repl_evaluated", pause_id, session_id, entry });
  const debug = (line: string) => options.debug?.(visible(line));
  const comErrors: Record<string, unknown>[] = [];
  const debuggees = new Debuggees({
    report: (error) => addComError(comErrors, error),
    manager,
    store,
    live,
    recorded,
    identity,
    debug,
    isAlive: isProcessAlive,
  });
  return {
    manager,
    store,
    live,
    agents,
    looks,
    demo: new DemoRuns(options.demo ?? null, manager),
    recorded,
    ruleLog,
    restored: keeper.restored,
    debuggees,
    identity,
    access: { port: null, allowedHosts: [], allowedOrigins: [], token: null, ...options.access },
    stopping: options.stopping ?? new AbortController().signal,
    timing: { pollHoldMs: POLL_HOLD_MS, replTimeoutMs: REPL_TIMEOUT_MS, ...options.timing },
    webRoot: options.webRoot ?? null,
    comErrors,
    debug,
    close: () => {
      untidy();
      debuggees.stop();
      stopDelays();
      // The counts of the last moment.
      manager.tick();
      keeper.stop();
      ruleLog.close();
      unlisten();
      unlistenAgents();
      looks.close();
      recorded.close();
      store.close();
    },
  };
}

/** Characters that move a terminal's cursor, colour it, or turn the direction of its text; line ends stay. */
const COMMANDS = /[^\P{C}\n]/gu;

/** A line for a terminal: what a program or a page sent commands nothing there. */
const visible = (line: string): string =>
  line.replace(COMMANDS, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
