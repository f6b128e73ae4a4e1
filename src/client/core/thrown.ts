/** What was thrown, described for the report. */
import { className, dataProperty, stackOf } from "../encode/look.ts";
import { messageOf } from "../errors.ts";

export interface Thrown {
  type: string;
  message: string;
  traceback: string | null;
}

/** Type, message and stack of what was thrown, which may be anything. Runs no getter of the program, never throws. */
export function describeThrown(error: unknown): Thrown {
  try {
    if (!(error instanceof Error)) return { type: typeof error, message: messageOf(error), traceback: null };
    const [name, message] = [dataProperty(error, "name"), dataProperty(error, "message")];
    const type = typeof name === "string" && name !== "" ? name : (className(error) ?? "Error");
    return { type, message: typeof message === "string" ? message : "", traceback: stackOf(error) };
  } catch {
    return { type: "unknown", message: "something that cannot be looked at was thrown", traceback: null };
  }
}
