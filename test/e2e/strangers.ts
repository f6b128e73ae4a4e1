/** Other programs on a port we would like. */
import { createServer, type Server } from "node:http";
import { findFreePort } from "../../src/discovery/index.ts";

export interface Stranger extends AsyncDisposable {
  port: number;
  /** Paths it was asked for. */
  asked: string[];
}

/** Answers 200 and a page to whatever is asked, on each of the addresses given, on one free port. */
export async function startStranger(...addresses: ("127.0.0.1" | "::1")[]): Promise<Stranger> {
  const port = await findFreePort();
  const asked: string[] = [];
  const servers: Server[] = [];
  for (const host of addresses) {
    const server = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.setHeader("content-type", "text/html");
      response.end("<h1>Somebody else</h1>");
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port, exclusive: true, ipv6Only: host === "::1" }, resolve);
    });
    servers.push(server);
  }
  return {
    port,
    asked,
    async [Symbol.asyncDispose]() {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((done) => server.close(done));
      }
    },
  };
}

/** Whether this machine has IPv6 at all. */
export async function hasIpv6(): Promise<boolean> {
  const server = createServer();
  return await new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(0, "::1", () => server.close(() => resolve(true)));
  });
}
