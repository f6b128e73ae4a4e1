import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  DiscoveryError,
  type FindServerOptions,
  findFreePort,
  findServer,
  listServers,
  publish,
  ServerNotFoundError,
  writeRecord,
} from "../../../src/discovery/index.ts";
import {
  childEnv,
  cleanUp,
  cleanUpLater,
  deadPid,
  makeRecord,
  privateHome,
  serve,
  serveHealth,
  tempFolder,
} from "./support.ts";

afterEach(cleanUp);

let home = "";
beforeEach(() => {
  home = privateHome();
});

/** The real default port may be in use on this machine: nothing here may depend on who has it. */
const offline: FindServerOptions["fetch"] = (url, init) =>
  url.startsWith("http://localhost:5174/")
    ? Promise.reject(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }))
    : fetch(url, init);

const find = (options: FindServerOptions = {}) => findServer({ fetch: offline, timeoutMs: 500, ...options });

async function failureOf(options: FindServerOptions = {}): Promise<ServerNotFoundError> {
  const error: unknown = await find(options).catch((reason: unknown) => reason);
  if (!(error instanceof ServerNotFoundError)) throw new Error(`expected ServerNotFoundError, got ${error}`);
  return error;
}

function writePort(content: string | number, path = join(home, "port")): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, String(content));
  return path;
}

describe("an explicit URL", () => {
  test("that answers is used", async () => {
    const { url, instanceId } = serveHealth();
    const found = await find({ serverUrl: `${url}/` });
    expect(found).toMatchObject({ url, source: "configured", health: { instance_id: instanceId } });
    expect(found.record).toBeUndefined();
    expect((await find({ env: { ...process.env, CIDELDILL_SERVER_URL: url } })).source).toBe("environment");
  });

  test("that is dead fails loudly and never falls through", async () => {
    const live = serveHealth();
    writePort(live.port);
    const serverUrl = `http://localhost:${await findFreePort()}`;
    const error = await failureOf({ serverUrl });
    expect(error.message).toContain(serverUrl);
    expect(error.message).toContain("nothing is listening");
    expect(error.message).toContain("cideldill --port");
    expect(error.tried).toHaveLength(1);
    expect(live.asked).toEqual([]);

    const fromEnv = await failureOf({ env: { ...process.env, CIDELDILL_SERVER_URL: serverUrl } });
    expect(fromEnv.message).toContain("unset CIDELDILL_SERVER_URL");
  });

  test("that is malformed or remote is refused at once, also when waiting", async () => {
    for (const serverUrl of ["localhost:1", "http://example.com"]) {
      const error: unknown = await find({ serverUrl, wait: 60_000 }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(DiscoveryError);
      expect(error).not.toBeInstanceOf(ServerNotFoundError);
    }
  });
});

describe("discovery", () => {
  test("finds the server that the port file names, and its record", async () => {
    const { port, url, instanceId } = serveHealth();
    const record = makeRecord({ port, instance_id: instanceId });
    await publish(record);
    const found = await find();
    expect(found).toMatchObject({ url, source: "port-file", record });
    expect(found.tried).toHaveLength(1);
    expect(found.tried[0]).toMatchObject({ url, source: "port-file", outcome: "ok" });
  });

  test("edge case 1: stale discovery file falls back to the live records, newest first", async () => {
    const [older, newer] = [serveHealth(), serveHealth()];
    await writeRecord(makeRecord({ port: older.port, instance_id: older.instanceId }));
    await writeRecord(makeRecord({ port: newer.port, instance_id: newer.instanceId }));
    const stale = writePort(await findFreePort());
    const found = await find();
    expect(found).toMatchObject({ url: newer.url, source: "record" });
    expect(found.tried[0]).toMatchObject({ source: "port-file", outcome: "refused" });
    expect(found.tried[0]?.detail).toContain(stale);
  });

  describe("a server that is too busy to answer at once", () => {
    /** Answers nothing until it is told to. */
    function busyServer() {
      const instanceId = crypto.randomUUID();
      let free = () => {};
      const idle = new Promise<void>((done) => {
        free = done;
      });
      const { port, url } = serve(async () => {
        await idle;
        return Response.json({
          ...{ service: "cideldill", version: "0", protocol_version: 1 },
          ...{ instance_id: instanceId, pid: process.pid, started_at: 0 },
        });
      });
      return { port, url, instanceId, free };
    }

    test("is waited for while its process lives", async () => {
      const busy = busyServer();
      await publish(makeRecord({ port: busy.port, instance_id: busy.instanceId }));
      setTimeout(busy.free, 2_000);
      expect(await findServer({ fetch: offline })).toMatchObject({ url: busy.url, source: "port-file" });
      const given = { serverUrl: busy.url };
      expect(await findServer({ fetch: offline, ...given })).toMatchObject({ url: busy.url });
    });

    test("is not waited for when another one answers, nor by a process that wants to end", async () => {
      const [busy, other] = [busyServer(), serveHealth()];
      await writeRecord(makeRecord({ port: other.port, instance_id: other.instanceId }));
      await writeRecord(makeRecord({ port: busy.port, instance_id: busy.instanceId }));
      expect(await find({ timeoutMs: undefined })).toMatchObject({ url: other.url, source: "record" });
      busy.free();
    });

    test("is not waited for where no server of ours is known to live", async () => {
      const mute = busyServer();
      writePort(mute.port);
      await writeRecord(makeRecord({ port: mute.port, instance_id: mute.instanceId, pid: await deadPid() }));
      const error: unknown = await findServer({ fetch: offline }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({
        tried: [{ outcome: "timeout", detail: expect.stringContaining("1500 ms") }, {}],
      });
      mute.free();
    });
  });

  test("edge case 1: stale discovery file and no server is one clear error", async () => {
    const port = await findFreePort();
    const path = writePort(port);
    const error = await failureOf();
    expect(error.message).toBe(
      [
        "No CID el Dill server found. Tried:",
        `  http://localhost:${port} (the port file ${path}: nothing is listening)`,
        "  http://localhost:5174 (the default port: nothing is listening)",
        "To fix it, start one with: cideldill",
        `The port file is stale; you may delete it: ${path}`,
      ].join("\n"),
    );
    expect(error.code).toBe("server_not_found");
    expect(error.path).toBe(path);
  });

  test.each([
    [
      "HTML",
      () => new Response("<p>", { headers: { "content-type": "text/html" } }),
      "answers 200 text/html",
    ],
    ["JSON", () => Response.json({ status: "ok" }), "answers 200 application/json"],
  ])(
    "case 3: a stranger that answers 200 %s to everything is refused and named",
    async (_, answer, detail) => {
      const asked: string[] = [];
      const { port } = serve((request) => {
        asked.push(`${request.method} ${new URL(request.url).pathname}`);
        return answer();
      });
      const path = writePort(port);
      const error = await failureOf();
      expect(error.message).toContain(`the port file ${path}: ${detail}, which is not CID el Dill`);
      expect(error.message).toContain(`you may delete it: ${path}`);
      expect(asked).toEqual(["GET /api/health"]);
    },
  );

  test("case 4: a dead record is not asked", async () => {
    const { port, instanceId, asked } = serveHealth();
    await writeRecord(makeRecord({ port, instance_id: instanceId, pid: await deadPid() }));
    expect((await failureOf()).tried.map((tried) => tried.source)).toEqual(["default"]);
    expect(asked).toEqual([]);
  });

  test("a record whose port another server has is refused", async () => {
    const { port } = serveHealth("someone-else");
    await writeRecord(makeRecord({ port, instance_id: "expected" }));
    const error = await failureOf();
    expect(error.tried[0]).toMatchObject({ source: "record", outcome: "wrong-instance" });
    expect(error.message).toContain("another CID el Dill server answers");
  });

  test("a record beyond loopback is named and passed over", async () => {
    await writeRecord(makeRecord({ url: "http://192.0.2.7:5174" }));
    expect((await failureOf()).tried[0]).toMatchObject({
      url: "http://192.0.2.7:5174",
      outcome: "not-loopback",
    });
  });

  test("the default port is the last resort", async () => {
    const { instanceId, url } = serveHealth();
    const found = await findServer({
      fetch: (asked, init) => fetch(asked.replace("http://localhost:5174", url), init),
    });
    expect(found).toMatchObject({ url: "http://localhost:5174", source: "default" });
    expect(found.health.instance_id).toBe(instanceId);
  });

  test("edge case 4: discovery file corruption does not hide a live server", async () => {
    const { port, url, instanceId } = serveHealth();
    await writeRecord(makeRecord({ port, instance_id: instanceId }));
    writePort("garbage");
    expect(await find()).toMatchObject({ url, source: "record" });
  });

  test("a port file that was chosen does not fall back to servers of another", async () => {
    const { port, instanceId } = serveHealth();
    await publish(makeRecord({ port, instance_id: instanceId }));
    const portFile = join(tempFolder(), "port");
    expect((await failureOf({ portFile })).tried.map((tried) => tried.source)).toEqual(["default"]);
    const env = { ...process.env, CIDELDILL_PORT_FILE: portFile };
    expect((await failureOf({ env })).tried.map((tried) => tried.source)).toEqual(["default"]);
    // Nor to the one on the default port, when that publishes elsewhere.
    const error: unknown = await findServer({
      portFile,
      fetch: (asked, init) => fetch(asked.replace(":5174", `:${port}`), init),
    }).catch((reason: unknown) => reason);
    expect(String(error)).toContain(`publishes to ${join(home, "port")}`);
    // But it is what that file names.
    writePort(port, portFile);
    expect((await find({ portFile })).source).toBe("port-file");
  });
});

describe("wait", () => {
  test("finds a server that comes later", async () => {
    const { port, url } = serveHealth();
    const timer = setTimeout(() => writePort(port), 150);
    cleanUpLater(() => clearTimeout(timer));
    const before = performance.now();
    expect(await find({ wait: 10_000 })).toMatchObject({ url, source: "port-file" });
    expect(performance.now() - before).toBeGreaterThan(100);
  });

  test("leaves a stranger mostly alone meanwhile, and gives up in time", async () => {
    let asked = 0;
    const { port } = serve(() => {
      asked += 1;
      return new Response("hello");
    });
    writePort(port);
    const before = performance.now();
    const error = await failureOf({ wait: 700 });
    expect(performance.now() - before).toBeGreaterThanOrEqual(690);
    expect(performance.now() - before).toBeLessThan(3000);
    expect(asked).toBeLessThanOrEqual(2);
    expect(error.tried[0]?.outcome).toBe("stranger");
  });
});

describe("listServers", () => {
  test("lists the live, newest first, and keeps no stranger's word", async () => {
    const [a, b, stranger] = [serveHealth(), serveHealth(), serve(() => new Response("hi"))];
    const older = makeRecord({ port: a.port, instance_id: a.instanceId });
    const newer = makeRecord({ port: b.port, instance_id: b.instanceId });
    await writeRecord(older);
    await writeRecord(newer);
    await writeRecord(makeRecord({ port: stranger.port }));
    await writeRecord(makeRecord({ port: b.port, instance_id: "not-this-one" }));
    await writeRecord(makeRecord({ port: await findFreePort() }));
    await writeRecord(makeRecord({ port: a.port, instance_id: "gone", pid: await deadPid() }));
    expect(await listServers()).toEqual([newer, older]);
  });

  test("keeps another container's server only when it answers for itself", async () => {
    const { port, instanceId } = serveHealth();
    const pid_namespace = "elsewhere/boot/pid:[1]/net:[1]";
    const reachable = makeRecord({ port, instance_id: instanceId, pid_namespace });
    await writeRecord(reachable);
    await writeRecord(makeRecord({ port: await findFreePort(), pid_namespace }));
    expect(await listServers()).toEqual([reachable]);
  });

  test("keeps a live server that is too busy to answer", async () => {
    const { port } = serve(() => new Promise<Response>(() => {}));
    const busy = makeRecord({ port });
    await writeRecord(busy);
    expect(await listServers({ timeoutMs: 100 })).toEqual([busy]);
  });
});

test("the read side works in Node", async () => {
  const { port, url, instanceId } = serveHealth();
  await publish(makeRecord({ port, instance_id: instanceId }));
  const bundle = join(tempFolder(), "discovery.mjs");
  const built = await Bun.build({
    entrypoints: [join(import.meta.dir, "../../../src/discovery/index.ts")],
    target: "node",
  });
  writeFileSync(bundle, (await built.outputs[0]?.text()) ?? "");
  const code = `
    import { findServer, listServers, readPortFile, resolveServerUrl } from ${JSON.stringify(bundle)};
    const { url, source } = await findServer();
    console.log(JSON.stringify([readPortFile(), resolveServerUrl(), url, source, (await listServers()).length]));`;
  const node = Bun.which("node");
  if (node === null) return;
  const child = Bun.spawn([node, "--input-type=module", "-e", code], { env: childEnv(), stdout: "pipe" });
  expect(JSON.parse(await new Response(child.stdout).text())).toEqual([port, url, url, "port-file", 1]);
}, 30_000);
