/** What a server says when it is ready: to a person, and to a program. */
import { homedir, networkInterfaces } from "node:os";
import type { InstanceRecord } from "../discovery/index.ts";
import { VERSION } from "../protocol/version.ts";
import type { RunningServer } from "../server/index.ts";
import type { Io, Output } from "./io.ts";
import { printable } from "./printable.ts";
import { pad, tilde, wrap } from "./text.ts";

/** The page's address; with the token, where one is needed. */
export function pageUrl({ url, token }: RunningServer): string {
  return token === null ? `${url}/` : `${reachableUrl(url)}/?token=${encodeURIComponent(token)}`;
}

/** A server on every address is `localhost` here; others need an address that leads to this machine. */
function reachableUrl(url: string): string {
  const { hostname, port } = new URL(url);
  if (hostname !== "localhost") return url;
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const outer = addresses.find(({ internal, family }) => !internal && family === "IPv4");
  return outer === undefined ? url : `http://${outer.address}:${port}`;
}

/** The one line of `--json`. */
export function readyLine(server: RunningServer, requestedPort: number): Record<string, unknown> {
  const { record, publication, token } = server;
  return {
    url: server.url,
    port: server.port,
    requested_port: requestedPort,
    instance_id: record.instance_id,
    pid: record.pid,
    host: record.host,
    port_file: publication.portFile ?? null,
    db: record.db,
    version: record.version,
    started_at: record.started_at,
    page_url: pageUrl(server),
    ...(token === null ? {} : { token }),
    ...(publication.problem === undefined ? {} : { problem: publication.problem }),
  };
}

/** The lines of the banner. `ours`: another server of this user that has the port which was wanted. */
export function banner(
  server: RunningServer,
  requestedPort: number,
  { out }: Io,
  ours?: Pick<InstanceRecord, "url" | "pid">,
): string[] {
  const { style } = out;
  const mark = style.live === "" ? "" : `${style.live} `;
  return [
    `${mark}${style.bold("CID el Dill")} ${style.dim(VERSION)}  ${style.link(`${server.url}/`)}`,
    ...notes(server, requestedPort, out, ours),
    "",
    ...facts(server, out),
    "",
    style.dim("  In your program:"),
    ...connections(server),
    "",
    style.dim(`  Ctrl-C ends the server. More: ${typedAs(process.env)} help`),
    "",
  ];
}

/** What starts this program where it was not started as `cideldill`: the script of the repository, by Bun or by npx. */
export function typedAs({
  npm_lifecycle_event,
  npm_execpath = "",
}: Record<string, string | undefined>): string {
  if (npm_lifecycle_event !== "start") return "cideldill";
  return /npm-cli|npx-cli/.test(npm_execpath) ? `npx --yes bun@${Bun.version} start` : "bun start";
}

/** What the person did not ask for, and what they should mind. */
function notes(
  { port, token, publication }: RunningServer,
  requestedPort: number,
  out: Output,
  ours: Pick<InstanceRecord, "url" | "pid"> | undefined,
): string[] {
  const texts: string[] = [];
  if (ours)
    texts.push(
      `CID el Dill already runs at ${printable(ours.url)} (pid ${ours.pid}); programs will find this one now.`,
    );
  else if (requestedPort !== 0 && port !== requestedPort)
    texts.push(`${requestedPort} is taken; using ${port}.`);
  if (publication.problem !== undefined) texts.push(printable(publication.problem));
  if (token !== null) {
    texts.push(
      "Warning: other machines can connect. Whoever has the token can see values and run code in your programs.",
    );
  }
  if (texts.length === 0) return [];
  const width = out.isTerminal ? out.columns - 4 : Number.POSITIVE_INFINITY;
  const lines = texts.flatMap((text) =>
    wrap(text, width).map((line, index) => `${index === 0 ? `${out.style.alert} ` : "  "}${line}`),
  );
  return ["", ...lines.map((line) => `  ${line}`)];
}

function facts(server: RunningServer, { isTerminal }: Output): string[] {
  const { publication, record, token } = server;
  const home = isTerminal ? homedir() : undefined;
  const path = (text: string) => printable(tilde(text, home));
  const rows = [
    ["Port file", publication.portFile === undefined ? "none" : path(publication.portFile)],
    ["Database", record.db === ":memory:" ? "in memory, for this run only" : path(record.db)],
    ...(token === null ? [] : [["Elsewhere", pageUrl(server)]]),
  ];
  return rows.map(([name = "", value = ""]) => `  ${pad(name, NAME_WIDTH)}${value}`);
}

const NAME_WIDTH = 11;

/** What to write to be debugged, for each kind of program; every line fits into 80 columns. */
function connections({ url }: RunningServer): string[] {
  const rows = [
    ["Bun, Node", `bun add ${url}/cideldill.tgz  # or npm install`],
    ["", 'import { withDebug } from "cideldill"; withDebug("ON")'],
    ["Browser", `import "${url}/api/debug-client.js"`],
    ["", 'cideldill.withDebug("ON")'],
    ["Python", 'from cideldill_client import with_debug; with_debug("ON")'],
  ];
  return rows.map(([name = "", code = ""]) => `  ${pad(name, NAME_WIDTH)}${code}`);
}
