/** What `port` and `url` share: finding the server that answers, and saying so when there is none. */
import {
  DiscoveryError,
  type FoundServer,
  findServer,
  portOf,
  ServerNotFoundError,
} from "../discovery/index.ts";
import { defineCommand } from "./command.ts";
import { CliError } from "./errors.ts";
import { jsonLine, printable } from "./printable.ts";

/** As many refused candidates as fit into a line that is still read. */
const MAX_TOLD = 3;

/** A command that prints one thing about the server. */
export function defineLookUp(what: "port" | "url") {
  return defineCommand(
    {
      name: what,
      summary: `Print the running server's ${what === "url" ? "URL" : "port"}`,
      description:
        "Prints only what was verified: whoever answers there has said that it is CID el Dill. Without a server it prints nothing, says why on stderr and exits with 1.",
      options: {
        wait: {
          kind: "number",
          value: "SECONDS",
          min: 0,
          max: 86_400,
          bare: 30,
          help: "Wait for a server to start; 30 seconds when not said how long",
        },
        portFile: {
          kind: "text",
          value: "FILE",
          help: "Look in this port file (default ~/.cideldill/port)",
        },
        json: { kind: "flag", help: "Print JSON" },
      },
      examples: [
        [`${what.toUpperCase()}=$(cideldill ${what} --wait)`, "in a script, after starting a server"],
      ],
    },
    async ({ wait, portFile, json }, io) => {
      const found = await find((wait ?? 0) * 1_000, portFile);
      const port = portOf(found.url);
      const { instance_id, pid, version, started_at } = found.health;
      const details = { url: found.url, port, instance_id, pid, version, started_at, source: found.source };
      io.out.line(json ? jsonLine(details) : String(what === "port" ? port : found.url));
      return 0;
    },
  );
}

async function find(wait: number, portFile: string | undefined): Promise<FoundServer> {
  try {
    return await findServer({ wait, portFile, tryDefault: false });
  } catch (error) {
    if (error instanceof ServerNotFoundError) throw new CliError(printable(explain(error)), { cause: error });
    if (error instanceof DiscoveryError) throw new CliError(printable(error.message), { cause: error });
    throw error;
  }
}

/** The finder's own message is for a page; here is room for a line. */
function explain({ tried }: ServerNotFoundError): string {
  if (tried.length === 0) return "No server is running; run cideldill to start one";
  const told = tried.slice(0, MAX_TOLD).map(({ url, detail }) => `${url} (${detail})`);
  const more = tried.length > told.length ? `, and ${tried.length - told.length} more` : "";
  return `No server found at ${told.join(", ")}${more}; run cideldill to start one`;
}
