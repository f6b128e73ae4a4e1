import { afterEach, describe, expect, test } from "bun:test";
import { networkInterfaces } from "node:os";
import { Elysia } from "elysia";
import { BindError, type BindOptions, type Bound, bind } from "../../../src/server/bind.ts";
import { planHosts } from "../../../src/server/hosts.ts";

const HAS_IPV6 = Object.values(networkInterfaces())
  .flat()
  .some((entry) => entry?.address === "::1");

const open: Bound[] = [];
afterEach(async () => {
  for (const bound of open.splice(0)) for (const server of bound.servers) await server.stop(true);
});

async function bindTo(options: Partial<BindOptions> = {}): Promise<Bound> {
  const bound = await bind({
    hosts: planHosts(undefined).addresses,
    port: 0,
    strict: false,
    createApp: () => new Elysia().get("/", () => "ours"),
    ...options,
  });
  open.push(bound);
  return bound;
}
const failure = (options: Partial<BindOptions>) => bindTo(options).catch((error: unknown) => error);

describe("bind", () => {
  test("takes one port on every loopback address", async () => {
    const bound = await bindTo();
    expect(bound.port).toBeGreaterThan(0);
    expect(bound.hosts).toEqual(HAS_IPV6 ? ["127.0.0.1", "::1"] : ["127.0.0.1"]);
    expect(bound.servers.map((server) => server.port)).toEqual(bound.hosts.map(() => bound.port));
  });

  test("takes another when that one is taken, also when it is on the second address alone", async () => {
    const first = await bindTo();
    expect((await bindTo({ port: first.port })).port).not.toBe(first.port);
    if (!HAS_IPV6) return;
    const six = await bindTo({ hosts: [{ address: "::1", optional: false }] });
    const both = await bindTo({ port: six.port });
    expect(both.port).not.toBe(six.port);
    // Nothing was left behind on the address that was free.
    const four = await bindTo({
      port: six.port,
      strict: true,
      hosts: [{ address: "127.0.0.1", optional: false }],
    });
    expect(four.port).toBe(six.port);
  });

  test("knows its server, also when it was asked first without a connection", async () => {
    const { servers } = await bindTo({
      createApp: () =>
        new Elysia().get("/", ({ request, server }) => server?.requestIP(request)?.address ?? "nobody"),
    });
    for (const server of servers) {
      expect(await (await server.fetch(new Request(server.url))).text()).toBe("nobody");
      const host = server.hostname?.includes(":") ? `[${server.hostname}]` : server.hostname;
      expect(await (await fetch(`http://${host}:${server.port}/`)).text()).toBe(`${server.hostname}`);
    }
  });

  test("is strict when told to be", async () => {
    const { port } = await bindTo();
    const error = await failure({ port, strict: true });
    expect(error).toBeInstanceOf(BindError);
    expect((error as Error).message).toMatch(
      new RegExp(`^Port ${port} is taken by another program\\. .*--port.*\\.$`),
    );
  });

  test("an address that is not ours: one line that names it and the option", async () => {
    for (const address of ["203.0.113.1", "2001:db8::1"]) {
      const error = await failure({ hosts: [{ address, optional: false }] });
      expect(error).toBeInstanceOf(BindError);
      expect((error as Error).message).toMatch(/^[^\n]+--host\.$/);
      expect((error as Error).message).toContain(address);
    }
  });

  test("a name that is no address at all", async () => {
    const error = await failure({ hosts: [{ address: "no-such-host.invalid", optional: false }] });
    expect(error).toBeInstanceOf(BindError);
    expect((error as Error).message).not.toContain("\n");
  });

  test("an optional address that is not there is left out", async () => {
    const hosts = [
      { address: "127.0.0.1", optional: false },
      { address: "203.0.113.1", optional: true },
    ];
    expect((await bindTo({ hosts })).hosts).toEqual(["127.0.0.1"]);
  });

  test("when one address fails, nothing stays open on the others", async () => {
    const { port, servers } = await bindTo({ hosts: [{ address: "127.0.0.1", optional: false }] });
    for (const server of servers) await server.stop(true);
    const hosts = [
      { address: "127.0.0.1", optional: false },
      { address: "203.0.113.1", optional: false },
    ];
    expect(await failure({ hosts, port })).toBeInstanceOf(BindError);
    expect((await bindTo({ port, strict: true })).port).toBe(port);
  });
});

describe("planHosts", () => {
  test.each([
    [undefined, ["127.0.0.1", "::1"], true],
    ["localhost", ["127.0.0.1", "::1"], true],
    ["127.0.0.1", ["127.0.0.1", "::1"], true],
    ["::1", ["::1", "127.0.0.1"], true],
    ["[::1]", ["::1", "127.0.0.1"], true],
    ["127.0.0.5", ["127.0.0.5", "127.0.0.1", "::1"], true],
    ["0.0.0.0", ["0.0.0.0", "::1"], false],
    ["::", ["::"], false],
    ["192.168.7.7", ["192.168.7.7", "127.0.0.1", "::1"], false],
  ])("--host %p: %p", (host, addresses, isLoopback) => {
    const plan = planHosts(host);
    expect(plan.addresses.map(({ address }) => address)).toEqual(addresses);
    expect(plan.isLoopback).toBe(isLoopback);
  });
});
