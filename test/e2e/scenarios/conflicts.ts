/** Ports that others have, or that nobody can have. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { findFreePort } from "../../../src/discovery/index.ts";
import { health } from "../api.ts";
import type { Place } from "../place.ts";
import { hasIpv6, startStranger } from "../strangers.ts";

const ipv6 = await hasIpv6();

/** A port file that somebody left. */
function leavePort(place: Place, port: number): void {
  mkdirSync(dirname(place.portFile), { recursive: true });
  writeFileSync(place.portFile, String(port));
}

/** Other languages' ways of asking, as far as they are installed here: each has its own idea of what localhost is. */
function otherClients(url: string): string[][] {
  const clients = [
    ["node", "-e", `fetch("${url}").then((answer) => answer.text()).then(console.log)`],
    ["python3", "-c", `import urllib.request as u; print(u.urlopen("${url}").read().decode())`],
    ["curl", "-s", url],
  ];
  return clients.filter(([program = ""]) => Bun.which(program) !== null);
}

export function conflictScenarios(open: () => Place): void {
  test("case 1: two servers asked for one port never share it, and each is listed and stoppable", async () => {
    await using place = open();
    const port = String(await findFreePort());
    const first = await place.serve(["--port", port]);
    const second = await place.serve(["--port", port]);
    for (const server of [first, second]) {
      const ids = await Promise.all(
        Array.from({ length: 40 }, async () => (await health(server.url)).instance_id),
      );
      expect(new Set(ids)).toEqual(new Set([server.instance_id]));
    }
    const listed: { port: number }[] = JSON.parse((await place.run(["list", "--json"])).stdout);
    expect(listed.map((record) => record.port)).toEqual([second.port, first.port]);

    const unclear = await place.run(["stop"]);
    expect(unclear.code).toBe(2);
    expect(unclear.stderr).toContain(String(first.port));
    expect(unclear.stderr).toContain(String(second.port));

    for (const server of [first, second]) {
      const stopped = await place.run(["stop", "--port", String(server.port)]);
      expect(stopped).toMatchObject({ code: 0, stderr: "" });
      expect((await server.process.finished()).code).toBe(0);
    }
    expect((await place.run(["list"])).stdout).toContain("No server runs");
  });

  const families: ["127.0.0.1" | "::1", ...("127.0.0.1" | "::1")[]][] = ipv6
    ? [["127.0.0.1"], ["::1"], ["127.0.0.1", "::1"]]
    : [["127.0.0.1"]];
  describe.each(families.map((addresses) => ({ addresses })))(
    "case 2: a stranger on $addresses",
    ({ addresses }) => {
      test("the server takes another port, and every address of its URL is ours", async () => {
        await using place = open();
        await using stranger = await startStranger(...addresses);
        const server = await place.serve(["--port", String(stranger.port)]);
        expect(server.port).not.toBe(stranger.port);
        const hosts = ["localhost", "127.0.0.1", ...(ipv6 ? ["[::1]"] : [])];
        for (const host of hosts) {
          expect((await health(`http://${host}:${server.port}`)).instance_id).toBe(server.instance_id);
        }
        expect((await place.run(["url"])).stdout).toBe(`${server.url}\n`);
        for (const command of otherClients(`${server.url}/api/health`)) {
          expect((await place.spawn(command).finished()).stdout).toContain(server.instance_id);
        }
      });

      test("with --strict-port it says so in one line and exits with 1", async () => {
        await using place = open();
        await using stranger = await startStranger(...addresses);
        const refused = await place.run(["--port", String(stranger.port), "--strict-port"]);
        expect(refused).toMatchObject({ code: 1, stdout: "" });
        expect(refused.stderr).toMatch(/^cideldill: Port \d+ is taken[^\n]*\n$/);
        expect(place.records).toEqual([]);
      });
    },
  );

  test("case 3: a stale port file that names a stranger: neither printed nor sent anything but the question", async () => {
    await using place = open();
    await using stranger = await startStranger("127.0.0.1");
    leavePort(place, stranger.port);
    for (const command of ["port", "url"]) {
      const refused = await place.run([command]);
      expect(refused).toMatchObject({ code: 1, stdout: "" });
      expect(refused.stderr).toMatch(/^cideldill: [^\n]*not CID el Dill[^\n]*\n$/);
    }
    expect(new Set(stranger.asked)).toEqual(new Set(["/api/health"]));
    const server = await place.serve();
    expect((await place.run(["port"])).stdout).toBe(`${server.port}\n`);
  });

  test("case 9: an address that is not ours: one clear line and exit code 1", async () => {
    await using place = open();
    // RFC 5737: for documentation, on no machine.
    const refused = await place.run(["--host", "203.0.113.7", "--port", "0"]);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(/^cideldill: [^\n]*203\.0\.113\.7[^\n]*--host[^\n]*\n$/);
  });

  test("case 9: a database that cannot be used: one clear line and exit code 1", async () => {
    await using place = open();
    for (const path of [place.folder, process.execPath]) {
      const refused = await place.run(["--db", path, "--port", "0"]);
      expect(refused).toMatchObject({ code: 1, stdout: "" });
      expect(refused.stderr).toMatch(/^cideldill: [^\n]*--db FILE[^\n]*\n$/);
    }
    expect(place.records).toEqual([]);
  });

  // A network of its own, so that its rules can be changed: needs root and user namespaces.
  const NAMESPACE = ["unshare", "--net", "bash", "-c"];
  const canUnshare =
    process.platform === "linux" &&
    Bun.which("unshare") !== null &&
    Bun.which("setpriv") !== null &&
    Bun.spawnSync([...NAMESPACE, "ip link set lo up && sysctl -q net.ipv4.ip_unprivileged_port_start=1024"])
      .exitCode === 0;

  test.skipIf(!canUnshare)(
    "case 9: a port below 1024 without rights: one clear line and exit code 1",
    async () => {
      await using place = open();
      const script = `ip link set lo up; exec setpriv --bounding-set=-net_bind_service --inh-caps=-net_bind_service ${place.shellCommand} --port 80 --memory`;
      const refused = await place.spawn([...NAMESPACE, script]).finished();
      expect(refused).toMatchObject({ code: 1, stdout: "" });
      expect(refused.stderr).toMatch(/^cideldill: Port 80 [^\n]*--port[^\n]*\n$/);
    },
  );

  test.skipIf(!canUnshare)(
    "case 9: no ports left (edge case 5: port exhaustion): one clear line and exit code 1",
    async () => {
      await using place = open();
      // Connections need ports too, so nothing is asked over HTTP here; nor may a server at rest take one.
      const script = `ip link set lo up; sysctl -q net.ipv4.ip_local_port_range='40000 40001'
      trap 'kill $(jobs -p); wait' EXIT
      for name in a b; do
        ${place.shellCommand} --port 0 --memory --port-file $name >/dev/null &
        until [ -s $name ]; do kill -0 $! || exit 9; sleep 0.05; done
        sleep 0.7
      done
      ${place.shellCommand} --port 0 --memory`;
      const refused = await place.spawn([...NAMESPACE, script]).finished();
      expect(refused).toMatchObject({ code: 1, stdout: "" });
      expect(refused.stderr).toMatch(/^cideldill: No port is free[^\n]*\n$/);
    },
  );
}
