/** Calls as text for the clipboard. */
import type { CallSummary } from "../../../src/protocol/records.ts";
import { copyText } from "../components/copy-text.ts";
import type { Said } from "../state/toasts.ts";
import { recordApi } from "./record-api.ts";

/** `shop.charge(20, { name: "Ann" }) → "charged"`, as far as the list knows it. */
export function lineOf(call: CallSummary): string {
  const { exception } = call;
  const threw = [exception?.type, exception?.message].filter((word) => word).join(": ");
  const outcome =
    call.status === "exception" ? ` threw ${threw || "something"}` : ` → ${call.result_text ?? call.status}`;
  return `${call.function_name}(${call.args_text})${outcome}`;
}

export const linesOf = (calls: readonly CallSummary[]): string => calls.map(lineOf).join("\n");

/** What was copied, or that it could not be. */
export const saidOfCopy = (calls: readonly CallSummary[], as: string): Said => ({
  before: `Copied ${calls.length === 1 ? `#${calls[0]?.number}` : `${calls.length} calls`} as ${as}`,
});

export async function copyJson(calls: readonly CallSummary[]): Promise<void> {
  await copy(await recordApi.shared(calls.map(({ number }) => number)));
}

/** @throws An error for the one who asked, where the browser does not let a page copy. */
export async function copy(text: string): Promise<void> {
  if (!(await copyText(text))) throw new Error("The browser did not let this page copy.");
}
