/** `cideldill serve`: the breakpoint server, until it is told to stop. */
import { resolve } from "node:path";
import { startDemoProgram } from "../demo/demo-program.ts";
import { ALIASES } from "../demo/names.ts";
import { type InstanceRecord, isProcessAlive, listServers, unpublishSync } from "../discovery/index.ts";
import { DEFAULT_PORT } from "../protocol/constants.ts";
import { BindError, BreakpointManager, listen, type RunningServer, StoreError } from "../server/index.ts";
import { banner, pageUrl, readyLine } from "./banner.ts";
import { defineCommand } from "./command.ts";
import { CliError, UsageError } from "./errors.ts";
import { type Io, sayProblem } from "./io.ts";
import { PORT, type Values } from "./options.ts";
import { jsonLine, printable } from "./printable.ts";
import { catchStopSignals } from "./stop-signals.ts";
import { wrap } from "./text.ts";

/** Within this a stopping server has answered who waits and cleaned up, or it ends without, in ms. */
const STOP_DEADLINE_MS = 1_500;

/** Patience with other servers, in ms: a banner does not wait for them. */
const LOOK_MS = 500;

const OPTIONS = {
  port: {
    ...PORT,
    help: `Port to ask for (default ${DEFAULT_PORT}); if it is taken, any free one. 0: any free one`,
  },
  host: {
    kind: "text",
    value: "ADDRESS",
    help: "Address to listen on (default: this machine only). One that others can reach turns on a token",
  },
  strictPort: { kind: "flag", help: "Fail when the port is taken" },
  portFile: { kind: "text", value: "FILE", help: "Where to publish the port (default ~/.cideldill/port)" },
  db: { kind: "text", value: "FILE", help: "Where to keep the calls (default ~/.cideldill/cideldill.db)" },
  memory: { kind: "flag", help: "Keep nothing beyond this run" },
  behavior: {
    kind: "choice",
    choices: ["stop", "go", "exception", "stop_exception"],
    help: "What breakpoints do that have no behavior of their own: stop (default), go, exception, stop_exception",
  },
  agents: {
    kind: "choice",
    choices: ["allow", "propose", "deny"],
    help: "What AI agents may do where nothing else is said: allow (default), propose to a person, deny",
  },
  open: { kind: "flag", help: "Open the page in a browser" },
  json: { kind: "flag", help: "Print one line of JSON when ready, instead of the banner" },
  allowHost: {
    kind: "list",
    value: "NAME",
    help: "Another name this server may be called by, as a tunnel does. May be repeated",
  },
  allowOrigin: {
    kind: "list",
    value: "ORIGIN",
    help: "A site whose pages may report calls, such as https://dev.example. May be repeated",
  },
  debug: { kind: "flag", help: "Print every refusal and failure" },
} as const;

type Options = Values<typeof OPTIONS>;

export const command = defineCommand(
  {
    name: "serve",
    summary: 'Start the server (what "cideldill" alone does)',
    description:
      "Starts the breakpoint server and publishes its port, so that programs find it without being told. It runs until Ctrl-C, SIGTERM or SIGHUP.",
    options: OPTIONS,
    examples: [
      ["cideldill --port 8080", "port 8080, or any free one if that is taken"],
      ["cideldill serve & PORT=$(cideldill port --wait)", "in a script: start it, then wait for its port"],
      ["cideldill --memory --behavior go", "keep nothing, pause nothing until a breakpoint says so"],
    ],
  },
  async (options, io) => {
    if (options.memory && options.db !== undefined) {
      throw new UsageError("--db and --memory exclude each other: a database in memory is in no file");
    }
    checkNames(options);
    const signals = catchStopSignals();
    const server = await start(options, io);
    const undoGuard = guard(server, options.debug, io);
    if (options.json) io.out.line(jsonLine(readyLine(server, options.port ?? DEFAULT_PORT)));
    else {
      const wanted = options.port ?? DEFAULT_PORT;
      const ours = wanted === 0 || server.port === wanted ? undefined : await serverAt(wanted);
      for (const line of banner(server, wanted, io, ours)) io.out.line(line);
    }
    if (options.open) await openPage(pageUrl(server), io);
    await signals.first;
    await Promise.race([server.stop().then(undoGuard), Bun.sleep(STOP_DEADLINE_MS)]);
    if (!options.json) io.out.line("Stopped.");
    return 0;
  },
);

/** The server of this user that has the port. */
async function serverAt(port: number): Promise<InstanceRecord | undefined> {
  const servers = await listServers({ timeoutMs: LOOK_MS });
  return servers.find(({ url }) => new URL(url).port === String(port));
}

/** What never matches a request would only be noticed when one is refused. */
function checkNames({ allowHost, allowOrigin }: Options): void {
  for (const name of allowHost) {
    if (/^(\[[0-9a-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i.test(name)) continue;
    throw new UsageError(`--allow-host "${printable(name)}" is not allowed: give a name, or name:port`);
  }
  for (const origin of allowOrigin) {
    const meant = URL.canParse(origin) ? new URL(origin).origin : "null";
    if (meant === origin) continue;
    const example = meant === "null" ? "a scheme and a host, as in https://dev.example" : meant;
    throw new UsageError(`--allow-origin "${printable(origin)}" is not allowed: give ${example}`);
  }
}

async function start(options: Options, io: Io): Promise<RunningServer> {
  const { port, host, strictPort, portFile, db, memory, behavior, allowHost, allowOrigin } = options;
  try {
    return await listen({
      manager: new BreakpointManager({
        ...(behavior === undefined ? {} : { behavior }),
        isAlive: isProcessAlive,
      }),
      strictPort,
      // Host headers are compared in lower case.
      allowHosts: allowHost.map((name) => name.toLowerCase()),
      allowOrigins: allowOrigin,
      ...(port === undefined ? {} : { port }),
      ...(options.agents === undefined ? {} : { agentPolicy: options.agents }),
      ...(host === undefined ? {} : { host }),
      ...(portFile === undefined ? {} : { portFile: resolve(portFile) }),
      ...(memory ? { db: ":memory:" } : db === undefined ? {} : { db: resolve(db) }),
      ...(options.debug ? { debug: (line: string) => io.err.line(debugLine(line)) } : {}),
      demo: { functions: ALIASES, start: startDemoProgram },
      warn: (message) => warn(message, io),
    });
  } catch (error) {
    if (error instanceof BindError || error instanceof StoreError) {
      throw new CliError(printable(error.message), { cause: error });
    }
    throw error;
  }
}

/** Requests come from outside; only the line breaks of a stack are ours, and stay. */
const debugLine = (line: string): string => line.split("\n").map(printable).join("\n  ");

function warn(message: string, { err }: Io): void {
  const [first = "", ...more] = err.isTerminal
    ? wrap(printable(message), err.columns - 2)
    : [printable(message)];
  err.line(`${err.style.alert} ${first}`);
  for (const line of more) err.line(`  ${line}`);
}

/** However this process ends, other programs must not be sent to a server that is gone. Returns how to undo it. */
function guard(server: RunningServer, debug: boolean, { err }: Io): () => void {
  const takeBack = () => void unpublishSync(server.record);
  const fail = (error: unknown) => {
    const text = error instanceof Error ? error.message : String(error);
    sayProblem(`The server failed and ends: ${printable(text)}`, err);
    if (debug && error instanceof Error) err.line(debugLine(error.stack ?? ""));
    process.exit(1);
  };
  process.on("exit", takeBack);
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
  return () => void process.off("exit", takeBack);
}

async function openPage(url: string, { err }: Io): Promise<void> {
  const { openBrowser } = await import("./open-browser.ts");
  const problem = await openBrowser(url);
  if (problem !== undefined)
    err.line(`${err.style.alert} No browser was opened (${printable(problem)}): open ${url}`);
}
