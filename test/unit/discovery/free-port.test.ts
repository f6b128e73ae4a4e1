import { afterEach, expect, test } from "bun:test";
import { createServer, type Server } from "node:net";
import { DiscoveryError, findFreePort } from "../../../src/discovery/index.ts";
import { cleanUp, cleanUpLater } from "./support.ts";

afterEach(cleanUp);

function listenOn(host: string, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ host, port, exclusive: true, ipv6Only: host.includes(":") }, () => resolve(server));
    cleanUpLater(() => server.close());
  });
}

test("test_find_free_port_returns_valid_port", async () => {
  const port = await findFreePort();
  expect(port).toBeGreaterThanOrEqual(1024);
  expect(port).toBeLessThanOrEqual(65535);
});

test("test_find_free_port_is_actually_free", async () => {
  const port = await findFreePort();
  await listenOn("127.0.0.1", port);
});

test("test_find_free_port_is free on the other loopback family as well", async () => {
  const port = await findFreePort();
  const outcome = await listenOn("::1", port).then(
    () => "free",
    (error: { code?: string }) => error.code,
  );
  expect(["free", "EADDRNOTAVAIL", "EAFNOSUPPORT"]).toContain(outcome ?? "");
});

test("an address that is not of this machine is one clear error", async () => {
  const error = await findFreePort("192.0.2.1").catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(DiscoveryError);
  expect(String(error)).toContain("192.0.2.1");
});
