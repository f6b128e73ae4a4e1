/** `cideldill demo`: a server, a program, and breakpoints on it. */

import { startChild } from "../demo/child.ts";
import { ALIASES } from "../demo/names.ts";
import { type PausedCall, setBreakpoints, watchPauses } from "../demo/pauses.ts";
import { SEQUENCE_KINDS } from "../demo/sequence.ts";
import { type ServerChild, startServer } from "../demo/server-child.ts";
import { DEFAULT_PORT } from "../protocol/constants.ts";
import { valueText } from "../server/values/index.ts";
import { defineCommand } from "./command.ts";
import { CliError } from "./errors.ts";
import type { Io } from "./io.ts";
import { openBrowser } from "./open-browser.ts";
import { PORT, type Values } from "./options.ts";
import { printable } from "./printable.ts";
import { catchStopSignals, exitCodeOf, type StopSignal } from "./stop-signals.ts";

/** At Ctrl-C the terminal tells the server too; a second signal would end it without order, in ms. */
const SELF_STOP_MS = 700;

const OPTIONS = {
  port: {
    ...PORT,
    help: `Port to ask for (default ${DEFAULT_PORT}); if it is taken, any free one`,
  },
  iterations: {
    kind: "number",
    short: "i",
    value: "N",
    min: 1,
    max: 1_000_000,
    whole: true,
    help: "How many numbers (default 10)",
  },
  behavior: {
    kind: "choice",
    choices: ["stop", "go"],
    help: "stop (default): every call waits until you release it. go: none does",
  },
  sequence: { kind: "choice", choices: SEQUENCE_KINDS, help: `Which numbers: ${SEQUENCE_KINDS.join(", ")}` },
  browser: { kind: "flag", negated: true, help: "Do not open the page in a browser" },
  keepAlive: { kind: "flag", help: "Let the server run on afterwards, until Ctrl-C" },
} as const;

export const command = defineCommand(
  {
    name: "demo",
    summary: "Run a small program and pause its calls",
    description:
      "Starts a server, sets breakpoints on the functions sequence_fn, announce_fn and delay_fn, opens the page and runs a program that counts. Change an argument there, release the call, and see the program go on with it.",
    options: OPTIONS,
    examples: [
      ["cideldill demo", "every call waits for you in the browser"],
      ["cideldill demo --behavior go --iterations 3 --no-browser", "only to see that all works"],
    ],
  },
  async (options, io) => {
    const { first } = catchStopSignals();
    const { port = DEFAULT_PORT, behavior = "stop" } = options;
    io.out.line(`${io.out.style.bold("CID el Dill")}: the sequence demo`);
    const server = await startServer({ port }).catch((error: unknown) => {
      throw new CliError(messageOf(error), { cause: error });
    });
    const watching = new AbortController();
    try {
      introduce(server, port, behavior, io);
      await setBreakpoints(server.url, ALIASES, behavior);
      if (options.browser) await showPage(server, io);
      watchPauses(server.url, tellPauses(server, io), watching.signal);
      const ending = await run(options, server, first);
      watching.abort();
      return await conclude(ending, server, options.keepAlive, first, io);
    } finally {
      watching.abort();
      await server.stop();
    }
  },
);

type Options = Values<typeof OPTIONS>;

/** What came first. */
type Ending = { by: "signal"; signal: StopSignal } | { by: "program"; exitCode: number } | { by: "server" };

/** Runs the program in a process of its own until it, the server or the person ends it; it is gone afterwards. */
async function run(options: Options, server: ServerChild, first: Promise<StopSignal>): Promise<Ending> {
  const { sequence, iterations } = options;
  const program = startChild(
    [
      "demo-program",
      ...(sequence === undefined ? [] : ["--sequence", sequence]),
      ...(iterations === undefined ? [] : ["--iterations", String(iterations)]),
    ],
    // Others may have started a newer server meanwhile, which discovery would prefer.
    { stdout: "inherit", env: { ...process.env, CIDELDILL_SERVER_URL: server.url } },
  );
  const bySignal = first.then((signal): Ending => ({ by: "signal", signal }));
  const ending = await Promise.race([
    program.exited.then((exitCode): Ending => ({ by: "program", exitCode })),
    bySignal,
    server.exited.then((): Ending => ({ by: "server" })),
  ]);
  // Ctrl-C reaches all three at once, and the others may have been faster.
  const wasFirst = await Promise.race([
    bySignal,
    Bun.sleep(ending.by === "server" || !isOrderly(ending) ? 100 : 0),
  ]);
  await program.stop();
  return wasFirst ?? ending;
}

const isOrderly = (ending: Ending): boolean => ending.by === "program" && ending.exitCode < 128;

async function conclude(
  ending: Ending,
  server: ServerChild,
  keepAlive: boolean,
  first: Promise<StopSignal>,
  { out }: Io,
): Promise<number> {
  if (ending.by === "server") throw new CliError("The server ended before the demo did");
  if (ending.by === "program") {
    // What went wrong is on stderr already.
    if (ending.exitCode !== 0) return 1;
    out.line();
    if (!keepAlive) {
      out.line("The demo is complete, and its server has stopped. Start one for your own program: cideldill");
      return 0;
    }
    out.line("The demo is complete.");
    out.line(`The server runs on at ${out.style.link(`${server.url}/`)} until Ctrl-C.`);
    await Promise.race([first, server.exited]);
    return 0;
  }
  out.line();
  out.line("Stopped.");
  // Had Ctrl-C reached the server too, a second signal would end it without order.
  if (ending.signal === "SIGINT") await Promise.race([server.exited, Bun.sleep(SELF_STOP_MS)]);
  return exitCodeOf(ending.signal);
}

function introduce(server: ServerChild, requestedPort: number, behavior: string, { out }: Io): void {
  const { style } = out;
  out.line();
  if (requestedPort !== 0 && server.port !== requestedPort) {
    out.line(`${style.alert} ${requestedPort} is taken; using ${server.port}.`);
  }
  out.line(`Server is ready on port ${style.bold(String(server.port))}: ${style.link(`${server.url}/`)}`);
  out.line(`Breakpoints (${behavior}): ${ALIASES.join(", ")}`);
  out.line();
}

async function showPage({ url }: ServerChild, { err }: Io): Promise<void> {
  const problem = await openBrowser(`${url}/`);
  if (problem !== undefined) err.line(`${err.style.alert} No browser was opened (${problem}): open ${url}/`);
}

/** Says which call waits, and once how to release it without a browser. */
function tellPauses({ url }: ServerChild, { out }: Io): (pause: PausedCall) => void {
  let isFirst = true;
  return ({ id, call_data: { method_name, pretty_args } }) => {
    const args = pretty_args.map((arg) => valueText(arg)).join(", ");
    out.line(`${out.style.paused} ${printable(`${method_name}(${args})`)} is paused until you release it`);
    if (!isFirst) return;
    isFirst = false;
    out.line(`  at ${out.style.link(`${url}/`)}, or with`);
    out.line(
      out.style.dim(
        `  curl -X POST -H 'content-type: application/json' -d '{}' ${url}/api/paused/${printable(id)}/continue`,
      ),
    );
  };
}

const messageOf = (error: unknown): string =>
  printable(error instanceof Error ? error.message : String(error));
