/** `cideldill list` */
import { homedir } from "node:os";
import { type InstanceRecord, listServers } from "../discovery/index.ts";
import { defineCommand } from "./command.ts";
import type { Output } from "./io.ts";
import { jsonLine, printable } from "./printable.ts";
import { pad, shortenPath, tilde } from "./text.ts";

export const command = defineCommand(
  {
    name: "list",
    summary: "List the running servers, newest first",
    options: {
      json: { kind: "flag", help: "Print a JSON array of the servers' records, without their tokens" },
    },
    examples: [["cideldill list --json", "for a program"]],
  },
  async ({ json }, { out }) => {
    const records = await listServers();
    if (json) out.line(jsonLine(records.map(withoutToken)));
    else if (records.length === 0) out.line("No server runs. Start one with: cideldill");
    else for (const line of table(records, out, Date.now() / 1_000)) out.line(line);
    return 0;
  },
);

/** Lists are pasted into bug reports; a token lets others in. */
function withoutToken({ token: _token, ...record }: InstanceRecord) {
  return record;
}

/** One row a server, as wide as the terminal at most. `now` in unix seconds. */
export function table(records: readonly InstanceRecord[], out: Output, now: number): string[] {
  const { style } = out;
  const rows = records.map((record) => ({
    url: printable(record.url),
    pid: String(record.pid),
    started: ago(now - record.started_at),
    cwd: printable(tilde(record.cwd, out.isTerminal ? homedir() : undefined)),
  }));
  const mark = style.live === "" ? "" : `${style.live} `;
  const indent = mark === "" ? "" : "  ";
  const url = widest(
    "URL",
    rows.map((row) => row.url),
  );
  const pid = widest(
    "PID",
    rows.map((row) => row.pid),
  );
  const started = widest(
    "STARTED",
    rows.map((row) => row.started),
  );
  // A path that is piped on is never cut.
  const taken = indent.length + url + pid + started + 6;
  const room = out.isTerminal ? Math.max(12, out.columns - taken) : Number.POSITIVE_INFINITY;
  return [
    style.dim(`${indent}${pad("URL", url)}  ${"PID".padStart(pid)}  ${pad("STARTED", started)}  FOLDER`),
    ...rows.map((row) => {
      const cwd = shortenPath(row.cwd, room, style.ellipsis);
      return `${mark}${pad(style.link(row.url), url)}  ${row.pid.padStart(pid)}  ${pad(row.started, started)}  ${cwd}`;
    }),
  ];
}

const widest = (title: string, texts: readonly string[]): number =>
  Math.max(title.length, ...texts.map((text) => Bun.stringWidth(text)));

const UNITS = [
  ["day", 86_400],
  ["h", 3_600],
  ["min", 60],
] as const;

/**
 * How long ago, in the largest unit that fits.
 *
 * @example
 * ago(7_200); // "2 h ago"
 */
export function ago(seconds: number): string {
  for (const [unit, length] of UNITS) {
    const count = Math.floor(seconds / length);
    if (count >= 1) return `${count} ${unit}${unit === "day" && count > 1 ? "s" : ""} ago`;
  }
  return seconds < 5 ? "just now" : `${Math.floor(seconds)} s ago`;
}
