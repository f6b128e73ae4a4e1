import { afterEach, describe, expect, test } from "bun:test";
import { createServer, type Socket } from "node:net";
import { findFreePort, probeServer } from "../../../src/discovery/index.ts";
import { childEnv, cleanUp, cleanUpLater, serve, serveHealth } from "./support.ts";

afterEach(cleanUp);

/** A raw TCP server: what it does with a connection is up to the test. */
function serveRaw(onConnection: (socket: Socket) => void): Promise<string> {
  return new Promise((resolve) => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
      onConnection(socket);
    });
    cleanUpLater(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    server.listen({ host: "127.0.0.1", port: 0 }, () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`);
    });
  });
}

test("our server is ok, with its health", async () => {
  const { url, instanceId, asked } = serveHealth();
  const result = await probeServer(`${url}/`, { expectInstance: instanceId });
  expect(result).toMatchObject({ outcome: "ok", health: { instance_id: instanceId, version: "1.2.3" } });
  expect(asked).toEqual(["GET /api/health"]);
});

test("another of our servers is the wrong instance", async () => {
  const { url } = serveHealth("b");
  const result = await probeServer(url, { expectInstance: "a" });
  expect(result).toMatchObject({ outcome: "wrong-instance", health: { instance_id: "b" } });
});

test("nothing listening is refused", async () => {
  const port = await findFreePort();
  for (const host of ["localhost", "127.0.0.1"]) {
    expect(await probeServer(`http://${host}:${port}`)).toEqual({
      outcome: "refused",
      detail: "nothing is listening",
    });
  }
});

describe("case 3: a stranger", () => {
  const health = {
    service: "cideldill",
    version: "1",
    protocol_version: 1,
    instance_id: "x",
    pid: 1,
    started_at: 1,
  };
  const answers: [string, () => Response, string][] = [
    [
      "200 HTML",
      () => new Response("<h1>hi</h1>", { headers: { "content-type": "text/html; charset=utf-8" } }),
      "answers 200 text/html",
    ],
    ["200 JSON of its own", () => Response.json({ status: "ok" }), "answers 200 application/json"],
    ["an empty answer", () => new Response(null, { status: 204 }), "answers 204"],
    ["404", () => Response.json({ error: "no" }, { status: 404 }), "answers 404"],
    ["our health with 500", () => Response.json(health, { status: 500 }), "answers 500"],
    ["another service", () => Response.json({ ...health, service: "vite" }), "answers 200"],
    ["no instance id", () => Response.json({ ...health, instance_id: "" }), "answers 200"],
    ["an instance id that is no text", () => Response.json({ ...health, instance_id: 7 }), "answers 200"],
    ["null", () => Response.json(null), "answers 200"],
    ["a list", () => Response.json([health]), "answers 200"],
    ["broken JSON", () => new Response('{"service":"cideldill"'), "answers 200"],
    [
      "a terminal escape",
      () => new Response("x", { headers: { "content-type": "text/\x9b31m" } }),
      "answers 200",
    ],
  ];
  test.each(answers)("that answers %s", async (_, answer, detail) => {
    const result = await probeServer(serve(answer).url);
    expect(result.outcome).toBe("stranger");
    expect(result.detail).toStartWith(detail);
    expect(result.detail).not.toMatch(/\p{Cc}/u);
  });

  test("that redirects to a real server is not followed", async () => {
    const real = serveHealth();
    const { url } = serve(() => Response.redirect(`${real.url}/api/health`, 302));
    expect(await probeServer(url)).toMatchObject({ outcome: "stranger" });
    expect(real.asked).toEqual([]);
  });

  test("that never ends its answer is cut off", async () => {
    let sent = 0;
    const { url } = serve(
      () =>
        new Response(
          new ReadableStream({
            async pull(controller) {
              await Bun.sleep(0);
              sent += 16_384;
              controller.enqueue(new Uint8Array(16_384));
            },
          }),
        ),
    );
    const result = await probeServer(url);
    expect(result).toEqual({ outcome: "stranger", detail: "answers 200 without end" });
    expect(sent).toBeLessThan(20_000_000);
  });

  test("that speaks another protocol", async () => {
    const greeting = await serveRaw((socket) => socket.write("SSH-2.0-OpenSSH_9.6\r\n"));
    expect(await probeServer(greeting)).toMatchObject({ outcome: "stranger" });
    const closing = await serveRaw((socket) => socket.destroy());
    expect(await probeServer(closing)).toMatchObject({ outcome: "stranger" });
  });
});

test("no answer in time is a timeout, before the head and within the body", async () => {
  const mute = await serveRaw(() => {});
  const before = performance.now();
  expect(await probeServer(mute, { timeoutMs: 100 })).toEqual({
    outcome: "timeout",
    detail: "no answer within 100 ms",
  });
  const halting = await serveRaw((socket) =>
    socket.write(
      'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"service":',
    ),
  );
  expect(await probeServer(halting, { timeoutMs: 100 })).toMatchObject({ outcome: "timeout" });
  expect(performance.now() - before).toBeLessThan(2000);
});

test("a given fetch is used, without credentials and without following", async () => {
  const seen: [string, RequestInit][] = [];
  const result = await probeServer("http://localhost:1", {
    fetch: async (url, init) => {
      seen.push([url, init]);
      return new Response("nope");
    },
  });
  expect(result.outcome).toBe("stranger");
  expect(seen[0]?.[0]).toBe("http://localhost:1/api/health");
  expect(seen[0]?.[1]).toMatchObject({ redirect: "manual", credentials: "omit" });
});

test("a proxy in the environment is never asked", async () => {
  let throughProxy = 0;
  const proxy = serve(() => {
    throughProxy += 1;
    return new Response("proxied");
  });
  const { url } = serveHealth();
  const code = `
    import { probeServer } from ${JSON.stringify(`${import.meta.dir}/../../../src/discovery/index.ts`)};
    console.log((await probeServer(${JSON.stringify(url)})).outcome);`;
  const env = { ...childEnv(), HTTP_PROXY: proxy.url, http_proxy: proxy.url, NO_PROXY: "", no_proxy: "" };
  const child = Bun.spawn([process.execPath, "-e", code], { env, stdout: "pipe" });
  expect((await new Response(child.stdout).text()).trim()).toBe("ok");
  expect(throughProxy).toBe(0);
});
