/** A server is started, programs find it: the plan's workflow, from outside. */
import { expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findFreePort } from "../../../src/discovery/index.ts";
import { health } from "../api.ts";
import { eventually, type Place } from "../place.ts";
import { inRepository } from "../source.ts";
import { startStranger } from "../strangers.ts";

/** A program that switches debugging on, without any settings, and says which server it uses. */
function clientProgram(place: Place): string {
  const file = join(place.cwd, "program.ts");
  const client = JSON.stringify(inRepository("src/client/index.ts"));
  writeFileSync(
    file,
    `import { resolveServerUrl, withDebug } from ${client};
     if (process.argv[2] === "resolve") console.log(resolveServerUrl());
     else console.log(withDebug("ON").serverUrl);`,
  );
  return file;
}

async function askClient(
  place: Place,
  args: string[] = [],
  env: Record<string, string> = {},
): Promise<string> {
  const program = place.spawn([process.execPath, clientProgram(place), ...args], { env });
  const { code, stdout, stderr } = await program.finished();
  if (code !== 0) throw new Error(stderr);
  return stdout.trim();
}

export function discoveryScenarios(open: () => Place): void {
  test("test_server_client_discovery_workflow", async () => {
    await using place = open();
    expect(existsSync(place.portFile)).toBe(false);
    place.start(["--port", String(await findFreePort())]);
    await eventually(() => existsSync(place.portFile), "the discovery file");

    const port = Number(readFileSync(place.portFile, "utf8"));
    expect(port).toBeGreaterThanOrEqual(1024);
    expect(port).toBeLessThanOrEqual(65535);
    expect(await askClient(place)).toBe(`http://localhost:${port}`);
    expect((await fetch(`http://localhost:${port}/api/breakpoints`)).status).toBe(200);
  });

  test("test_server_handles_port_conflict", async () => {
    await using place = open();
    const wanted = await findFreePort();
    const first = await place.serve(["--port", String(wanted)]);
    const second = await place.serve(["--port", String(wanted)]);
    expect(first.port).toBe(wanted);
    expect(second.port).not.toBe(wanted);

    const port = Number(readFileSync(place.portFile, "utf8"));
    expect(port).toBe(second.port);
    expect((await fetch(`http://localhost:${port}/api/breakpoints`)).status).toBe(200);
  });

  test("manual: start server on default port - check discovery file created", async () => {
    await using place = open();
    const port = await findFreePort();
    const server = await place.serve(["--port", String(port)]);
    expect(server.port).toBe(port);
    expect(server.port_file).toBe(place.portFile);
    expect(readFileSync(place.portFile, "utf8")).toBe(String(port));
    expect(place.records).toEqual([`${server.instance_id}.json`]);
  });

  test("manual: occupied port fallback", async () => {
    await using place = open();
    await using stranger = await startStranger("127.0.0.1");
    const server = place.start(["--port", String(stranger.port)]);
    const [, port] = await server.printed(new RegExp(`${stranger.port} is taken; using (\\d+)\\.`));
    expect(Number(port)).not.toBe(stranger.port);
    expect(readFileSync(place.portFile, "utf8")).toBe(port ?? "");
    expect((await health(`http://localhost:${port}`)).service).toBe("cideldill");
  });

  test("a second server says that the first runs, and who is found now", async () => {
    await using place = open();
    const first = await place.serve();
    const second = place.start(["--port", String(first.port)]);
    await second.printed(
      new RegExp(`already runs at ${first.url} \\(pid ${first.pid}\\); programs will find this one now\\.`),
    );
  });

  test("manual: two servers simultaneously", async () => {
    await using place = open();
    const port = String(await findFreePort());
    const [one, two] = await Promise.all([place.serve(["--port", port]), place.serve(["--port", port])]);
    expect(one.port).not.toBe(two.port);
    expect([one.port, two.port]).toContain(Number(port));
    for (const server of [one, two]) {
      expect((await health(server.url)).instance_id).toBe(server.instance_id);
    }
    expect([one.port, two.port]).toContain(Number(readFileSync(place.portFile, "utf8")));
  });

  test("manual: CIDELDILL_SERVER_URL overrides discovery", async () => {
    await using place = open();
    const older = await place.serve();
    const newer = await place.serve();
    expect(await askClient(place)).toBe(newer.url);
    const env = { CIDELDILL_SERVER_URL: older.url };
    expect(await askClient(place, [], env)).toBe(older.url);
    expect((await place.run(["url"], { env })).stdout).toBe(`${older.url}\n`);

    const gone = { CIDELDILL_SERVER_URL: `http://localhost:${await findFreePort()}` };
    const refused = await place.run(["url"], { env: gone });
    expect(refused.code).toBe(1);
    expect(refused.stdout).toBe("");
    expect(refused.stderr).toContain(gone.CIDELDILL_SERVER_URL);
  });

  test("manual: delete discovery file - falls back to default", async () => {
    await using place = open();
    const server = await place.serve();
    rmSync(place.portFile);
    expect(await askClient(place, ["resolve"])).toBe("http://localhost:5174");
    // By its record, the server is still found.
    expect((await place.run(["url"])).stdout).toBe(`${server.url}\n`);
    server.process.child.kill("SIGTERM");
    await server.process.finished();
    expect(place.records).toEqual([]);
  });

  test("a CI job starts a server in the background and waits for its port", async () => {
    await using place = open();
    const command = place.shellCommand;
    const shell = place.spawn([
      "bash",
      "-c",
      `${command} serve --port 0 & PORT=$(${command} port --wait) && echo "got $PORT" && kill $! && wait`,
    ]);
    const { stdout } = await shell.finished();
    const [, port] = /^got (\d+)$/m.exec(stdout) ?? [];
    expect(stdout).toContain(`http://localhost:${port}/`);
    expect(place.records).toEqual([]);
    expect(existsSync(place.portFile)).toBe(false);
  });

  test("a port file of its own choosing, relative to where it is started", async () => {
    await using place = open();
    const server = await place.serve(["--port", "0", "--port-file", "run/port"]);
    const file = join(place.cwd, "run/port");
    expect(server.port_file).toBe(file);
    expect(readFileSync(file, "utf8")).toBe(String(server.port));
    expect(existsSync(place.portFile)).toBe(false);
    const found = await place.run(["port", "--port-file", "run/port"]);
    expect(found.stdout).toBe(`${server.port}\n`);
    server.process.child.kill("SIGTERM");
    await server.process.finished();
    expect(existsSync(file)).toBe(false);
  });

  test("a home that cannot be written: it serves, and says why it is not published", async () => {
    await using place = open();
    const blocked = join(place.folder, "a-file");
    writeFileSync(blocked, "");
    const env = { HOME: blocked };
    const ready = await place.serve(["--port", "0", "--memory"], { env });
    expect(ready.port_file).toBeNull();
    expect(ready.problem).toContain("a-file");
    expect((await health(ready.url)).instance_id).toBe(ready.instance_id);
    const banner = place.start(["--port", "0", "--memory"], { env });
    await banner.printed(/Port file\s+none/);
    expect(banner.stdout).toContain("CIDELDILL_HOME");
  });

  test("port and url wait for a server that starts later", async () => {
    await using place = open();
    const waiting = place.start(["port", "--wait=20"]);
    await Bun.sleep(300);
    const server = await place.serve();
    expect((await waiting.finished()).stdout).toBe(`${server.port}\n`);
    const json = await place.run(["url", "--json", "--wait"]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      url: server.url,
      port: server.port,
      instance_id: server.instance_id,
    });
  });
}
