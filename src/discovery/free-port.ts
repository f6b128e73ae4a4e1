/** A port nobody uses at this moment, for users and tests. */
import { createServer } from "node:net";
import { DiscoveryError, systemErrorCode } from "./errors.ts";

const MAX_TRIES = 50;

/** Listens for an instant; answers the port, or undefined when it is taken. Throws what else goes wrong. */
function tryPort(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) => {
      if (systemErrorCode(error) === "EADDRINUSE") resolve(undefined);
      else reject(error);
    });
    server.listen({ host, port, exclusive: true, ipv6Only: host.includes(":") }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : undefined));
    });
  });
}

/** Whether a port is free on the other loopback family too, which `localhost` may mean as well. */
async function isFreeOn(host: string, port: number): Promise<boolean> {
  try {
    return (await tryPort(host, port)) !== undefined;
  } catch (error) {
    // Without that family, nobody can hold the port there.
    if (["EADDRNOTAVAIL", "EAFNOSUPPORT", "EPROTONOSUPPORT"].includes(systemErrorCode(error) ?? ""))
      return true;
    throw error;
  }
}

/**
 * A free port, chosen by the operating system; for a loopback host, free on both 127.0.0.1 and [::1].
 *
 * It may be taken again before you use it. The server never calls this: it binds first and then says which port it
 * got. Use it in a test or a script that must name a port beforehand.
 *
 * @param host Address to look on; default `127.0.0.1`.
 * @returns A port from 1024 to 65535.
 * @throws DiscoveryError `no_free_port`, when the system has none left or the address is not of this machine.
 * @example
 * const port = await findFreePort();
 */
export async function findFreePort(host = "127.0.0.1"): Promise<number> {
  const other = { "127.0.0.1": "::1", "::1": "127.0.0.1", localhost: "::1" }[host];
  const first = host === "localhost" ? "127.0.0.1" : host;
  try {
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      const port = await tryPort(first, 0);
      if (port !== undefined && (other === undefined || (await isFreeOn(other, port)))) return port;
    }
  } catch (error) {
    throw new DiscoveryError(
      "no_free_port",
      `Cannot listen on ${host}: ${error instanceof Error ? error.message : String(error)}; give an address of this machine.`,
      { cause: error },
    );
  }
  throw new DiscoveryError("no_free_port", `No port is free on ${host}: stop a program that holds many.`);
}
