import { processName } from "../../../src/protocol/process-name.ts";
import { useSelector } from "./context.ts";

/** The name of a program that is there now, as the record has it too; otherwise what the call itself says of it. */
export function useProgramName(processKey: string, otherwise: string): string {
  const program = useSelector((state) => state.processes.find((each) => each.process_key === processKey));
  return program ? processName(program) : otherwise;
}
