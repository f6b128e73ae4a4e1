/** `cideldill break export` and `import`: breakpoints and rules as a file. */
import type { ImportResponse, RuleFile } from "../protocol/rules.ts";
import { counted } from "../server/counted.ts";
import { CliError } from "./errors.ts";
import type { Io } from "./io.ts";
import { jsonLine, printable, safeJson } from "./printable.ts";
import type { ServerApi } from "./server-api.ts";

export async function exportTo(
  api: ServerApi,
  [file]: readonly string[],
  _: unknown,
  { out }: Io,
): Promise<number> {
  const content = await api.get<RuleFile>("/api/rules/export");
  const text = JSON.stringify(content, null, 2);
  if (file === undefined || file === "-") for (const line of text.split("\n")) out.line(safeJson(line));
  else {
    await writeFile(file, `${text}\n`);
    out.line(
      `Wrote ${counted(content.breakpoints?.length ?? 0, "breakpoint")} and ${counted(content.rules?.length ?? 0, "rule")} to ${printable(file)}.`,
    );
  }
  return 0;
}

async function writeFile(file: string, text: string): Promise<void> {
  try {
    await Bun.write(file, text);
  } catch (error) {
    throw new CliError(`Cannot write ${printable(file)}: ${printable(messageOf(error))}`, { cause: error });
  }
}

export async function importFrom(
  api: ServerApi,
  [file = ""]: readonly string[],
  { json }: { json: boolean },
  { out }: Io,
): Promise<number> {
  const done = await api.post<ImportResponse>("/api/rules/import", await readFile(file));
  if (json) out.line(jsonLine(done));
  else
    for (const kind of ["breakpoints", "rules"] as const) {
      const { added, changed, unchanged } = done[kind];
      out.line(
        `${kind === "rules" ? "Rules" : "Breakpoints"}: ${added} added, ${changed} changed, ${unchanged} as they were.`,
      );
    }
  return 0;
}

async function readFile(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await Bun.file(file).text();
  } catch (error) {
    throw new CliError(`Cannot read ${printable(file)}: ${printable(messageOf(error))}`, { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new CliError(`${printable(file)} is not JSON; give a file that "cideldill break export" wrote`);
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
