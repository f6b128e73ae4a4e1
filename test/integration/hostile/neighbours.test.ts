/** Cases 1 and 2: other programs and other servers on the port we would like. */
import { afterEach, describe, expect, test } from "bun:test";
import { createServer, type Server } from "node:net";
import { networkInterfaces } from "node:os";
import { listen } from "../../../src/server/listen.ts";
import { startTestServer, type TestServer } from "../../support/server.ts";

const HAS_IPV6 = Object.values(networkInterfaces())
  .flat()
  .some((entry) => entry?.address === "::1");

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function serve(options: Parameters<typeof startTestServer>[0] = {}): Promise<TestServer> {
  const server = await startTestServer(options);
  open.push(() => server.stop());
  return server;
}

/** A program that holds a port on the addresses named, and answers nothing of ours. */
async function stranger(...hosts: string[]): Promise<number> {
  let port = 0;
  for (const host of hosts) {
    const server: Server = createServer((socket) =>
      socket.end("HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nstranger"),
    );
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ port, host, ipv6Only: true }, resolve);
    });
    open.push(() => new Promise((resolve) => server.close(resolve)));
    const address = server.address();
    if (typeof address === "object" && address) port = address.port;
  }
  return port;
}

const instanceAt = async (host: string, port: number): Promise<string> =>
  ((await (await fetch(`http://${host}:${port}/api/health`)).json()) as { instance_id: string }).instance_id;

const HOSTS = ["localhost", "127.0.0.1", ...(HAS_IPV6 ? ["[::1]"] : [])];

test("case 1: two servers asked for one port: the second gets another, and no request is ever split", async () => {
  const first = await serve();
  const second = await serve({ port: first.port });
  const third = await serve({ port: first.port });
  expect(new Set([first.port, second.port, third.port]).size).toBe(3);
  for (const server of [first, second, third]) {
    const asked = Array.from({ length: 60 }, (_, index) =>
      instanceAt(HOSTS[index % HOSTS.length] ?? "", server.port),
    );
    expect(new Set(await Promise.all(asked))).toEqual(new Set([server.record.instance_id]));
  }
});

test("case 1: the port is free again when its server stops", async () => {
  const first = await startTestServer();
  await first.stop();
  const second = await serve({ port: first.port });
  expect(second.port).toBe(first.port);
});

test("case 1: with a strict port the second server fails with one clear line, and disturbs nobody", async () => {
  const first = await serve();
  const { port, manager } = first;
  const failed = await listen({ manager, port, strictPort: true, db: ":memory:" }).catch(
    (error: Error) => error,
  );
  expect(failed).toMatchObject({
    name: "BindError",
    message: expect.stringContaining(`Port ${first.port} is taken`),
  });
  expect(await instanceAt("localhost", first.port)).toBe(first.record.instance_id);
});

describe("case 2: a stranger holds the port", () => {
  const places = [["127.0.0.1"], ...(HAS_IPV6 ? [["::1"], ["127.0.0.1", "::1"]] : [])];
  test.each(places.map((hosts) => [hosts]))(
    "on %p: we are elsewhere, on every loopback address",
    async (hosts) => {
      const taken = await stranger(...hosts);
      const server = await serve({ port: taken });
      expect(server.port).not.toBe(taken);
      for (const host of HOSTS) expect(await instanceAt(host, server.port)).toBe(server.record.instance_id);
      expect(server.url).toBe(`http://localhost:${server.port}`);
      expect(await Bun.file(server.publication.portFile ?? "").text()).toMatch(
        new RegExp(`^${server.port}\\s*$`),
      );
    },
  );

  test.skipIf(!HAS_IPV6)("and comes later: what is ours cannot be taken on either address", async () => {
    const server = await serve();
    for (const host of ["127.0.0.1", "::1"]) {
      const late = createServer();
      const problem = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
        late.once("error", resolve);
        late.listen({ port: server.port, host, ipv6Only: true }, () => resolve(null));
      });
      late.close();
      expect(problem?.code).toBe("EADDRINUSE");
    }
  });
});
