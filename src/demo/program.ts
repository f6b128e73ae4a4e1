/**
 * The program that is debugged: counts, announces, waits, again and again. It knows nothing of the server but what any
 * program knows, `withDebug`. Two of its functions are synchronous and stay so; the third is async.
 */
import { configureDebug, DebugError, registerReplacement, withDebug } from "../client/index.ts";
import { SEQUENCES, type SequenceKind } from "./sequence.ts";

const DELAY_S = 0.2;

export interface ProgramOptions {
  kind: SequenceKind;
  iterations: number;
  /** Receives every line. */
  say: (line: string) => void;
}

/**
 * Runs all iterations.
 *
 * @throws DebugError when there is no server, or it went away.
 * @example
 * await runProgram({ kind: "primes", iterations: 3, say: console.log });
 */
export async function runProgram({ kind, iterations, say }: ProgramOptions): Promise<void> {
  // The demo itself says where a paused call is released.
  configureDebug({ suspendedBreakpointsLogIntervalS: 0 });
  withDebug("ON");
  for (const [name, next] of Object.entries(SEQUENCES)) registerReplacement(name, next);
  const sequence = withDebug(["sequence_fn", SEQUENCES[kind]]);
  const announce = withDebug(["announce_fn", (value: number) => say(`       the number is ${show(value)}`)]);
  const delay = withDebug(["delay_fn", async (seconds: number) => await Bun.sleep(seconds * 1_000)]);

  let value = 0;
  const width = String(iterations).length;
  for (let step = 1; step <= iterations; step++) {
    say(`${`${String(step).padStart(width)}/${iterations}`.padStart(5)}  sequence_fn(${show(value)})`);
    const before = value;
    try {
      value = sequence(value);
      say(`       = ${show(value)}`);
      announce(value);
      await delay(DELAY_S);
    } catch (error) {
      // No server, no demo; anything else was thrown by a person at a breakpoint, or because of what they put in.
      if (error instanceof DebugError) throw error;
      value = typeof value === "number" ? value : before;
      say(`       threw ${error instanceof Error ? `${error.name}: ${error.message}` : show(error)}`);
    }
  }
}

/** What a call answers may be anything once a person has edited it. */
function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
