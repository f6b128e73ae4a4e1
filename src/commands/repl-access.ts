/** What a prompt and a single evaluation share. */
import type { ReplEvalResponse } from "../protocol/pauses.ts";
import type { Output } from "./io.ts";
import { printable } from "./printable.ts";

export interface ReplAccess {
  evaluate(expr: string, isSilent?: boolean): Promise<ReplEvalResponse>;
  /** Releases the call. */
  resume(): Promise<void>;
  close(): Promise<void>;
}

/** What a program printed or threw, in its own lines. */
export function printText(text: string, out: Output, paint: (line: string) => string = (line) => line): void {
  if (text === "") return;
  for (const line of text.replace(/\n$/, "").split("\n")) out.line(paint(printable(line)));
}
