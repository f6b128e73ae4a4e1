/** A program as a person calls it, the same in the record, the terminal and the page. */
import type { ProcessView } from "./processes.ts";

type Named = Pick<ProcessView, "program" | "process_pid" | "page_url" | "runtime" | "client_id">;

/** Its script and pid, such as `shop.mjs 15401`; or the page, such as `page /cart`. */
export function processName({
  program,
  process_pid: pid,
  page_url: page,
  runtime,
  client_id,
}: Named): string {
  if (page !== null) return `page ${URL.canParse(page) ? new URL(page).pathname : page}`;
  const name =
    program?.split(/[\\/]/).at(-1) || runtime?.split(" ")[0] || (client_id === null ? "pid" : "js");
  return `${name} ${pid}`;
}
