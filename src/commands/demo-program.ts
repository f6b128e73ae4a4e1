/**
 * `cideldill demo-program`: the demo's program, in a process of its own. A synchronous call that is paused blocks its
 * whole thread, and the demo has to go on listening for Ctrl-C.
 */
import { runProgram } from "../demo/program.ts";
import { SEQUENCE_KINDS } from "../demo/sequence.ts";
import { defineCommand } from "./command.ts";
import { CliError } from "./errors.ts";
import { printable } from "./printable.ts";

export const command = defineCommand(
  {
    name: "demo-program",
    summary: "The program of the demo, alone",
    options: {
      sequence: { kind: "choice", choices: SEQUENCE_KINDS, help: "Which numbers" },
      iterations: { kind: "number", value: "N", min: 1, max: 1_000_000, whole: true, help: "How often" },
    },
    examples: [],
  },
  async ({ sequence = "whole-numbers", iterations = 10 }, io) => {
    try {
      await runProgram({ kind: sequence, iterations, say: (line) => io.out.line(printable(line)) });
      return 0;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      throw new CliError(`The demo's program ended: ${printable(text)}`, { cause: error });
    }
  },
);
