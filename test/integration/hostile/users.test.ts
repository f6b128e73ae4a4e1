/** Case 22: another user of the same machine, on Linux, where the system tells whose a connection is. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { networkInterfaces } from "node:os";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { WireClient } from "../contract/support/wire-client.ts";
import { JSON_TYPE, request } from "./support/raw.ts";

const NOBODY = 65534;
const HAS_IPV6 = Object.values(networkInterfaces())
  .flat()
  .some((entry) => entry?.address === "::1");
const isRoot = process.platform === "linux" && process.getuid?.() === 0;
const SETPRIV = isRoot && Bun.which("bash") ? Bun.which("setpriv") : null;

let server: TestServer;
let client: WireClient;
beforeAll(async () => {
  server = await startTestServer();
  client = new WireClient(server.url);
});
afterAll(() => server.stop());

/** Sends bytes as another user, with bash alone: the answer, or nothing when it hangs up at once. */
function asUser(uid: number, bytes: string, options: { hangUp?: boolean; host?: string } = {}): string[] {
  const { hangUp = false, host = "127.0.0.1" } = options;
  const script = `exec 3<>/dev/tcp/${host}/${server.port}; printf %s "$1" >&3; ${hangUp ? "exec 3>&-" : "timeout 2 cat <&3"}`;
  const user = [`--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"];
  return [SETPRIV ?? "setpriv", ...user, "bash", "-c", script, "bash", bytes];
}

async function answerTo(uid: number, line: string, body = "", host?: string): Promise<string> {
  const bytes = request(line, [`Host: localhost:${server.port}`, JSON_TYPE, "Connection: close"], body);
  const child = Bun.spawn(asUser(uid, bytes, host ? { host } : {}), { stdout: "pipe", stderr: "ignore" });
  return new Response(child.stdout).text();
}

/** The server, which lives in this process, sees the request only after the child has hung up and is gone. */
function sendAndHangUp(uid: number, line: string, body: string): void {
  const bytes = request(line, [`Host: localhost:${server.port}`, JSON_TYPE], body);
  const child = Bun.spawnSync(asUser(uid, bytes, { hangUp: true }), { stdout: "ignore", stderr: "pipe" });
  if (child.exitCode !== 0) throw new Error(child.stderr.toString());
}

describe.skipIf(SETPRIV === null)("case 22: another user", () => {
  test("may not release a call, evaluate, or change a breakpoint", async () => {
    const call = await client.paused();
    const { body: session } = await client.post("/api/repl/start", { pause_id: call.pause });
    const attempts: [string, string][] = [
      [`POST /api/paused/${call.pause}/continue`, "{}"],
      ["POST /api/repl/start", `{"pause_id":"${call.pause}"}`],
      [`POST /api/repl/${session.session_id}/eval`, '{"expr":"1"}'],
      [`POST /api/repl/${session.session_id}/close`, "{}"],
      ["POST /api/breakpoints", '{"function_name":"theirs"}'],
      [`POST /api/breakpoints/${call.name}/behavior`, '{"behavior":"go"}'],
      [`DELETE /api/breakpoints/${call.name}`, ""],
      ["POST /api/behavior", '{"behavior":"go"}'],
      [`GET /api/calls/${call.callId}/source/0`, ""],
      ["GET /api/live?role=debuggee", ""],
    ];
    for (const [line, body] of attempts) {
      const answer = await answerTo(NOBODY, line, body);
      expect(`${line}: ${answer}`).toContain("HTTP/1.1 403");
      expect(answer).toContain('"forbidden_user"');
      expect(answer).toContain(String(NOBODY));
    }
    expect((await client.listPaused()).map(({ id }) => id)).toEqual([call.pause]);
    expect(server.manager.behavior).toBe("stop");
    expect(server.manager.breakpoints().breakpoints).toEqual([call.name]);
    await client.resume(call.pause);
  });

  test.skipIf(!HAS_IPV6)("may not over IPv6 either", async () => {
    const answer = await answerTo(NOBODY, "POST /api/behavior", '{"behavior":"go"}', "::1");
    expect(answer).toContain('"forbidden_user"');
    expect(server.manager.behavior).toBe("stop");
  });

  test("may not by hanging up before the server looks: a closed socket says that it is root's", async () => {
    const call = await client.paused();
    for (let round = 0; round < 5; round++)
      sendAndHangUp(NOBODY, `POST /api/paused/${call.pause}/continue`, "{}");
    sendAndHangUp(NOBODY, "POST /api/behavior", '{"behavior":"go"}');
    // Answered after all of the above have been read.
    await Bun.sleep(50);
    expect((await client.listPaused()).map(({ id }) => id)).toEqual([call.pause]);
    expect(server.manager.behavior).toBe("stop");
    await client.resume(call.pause);
  });

  test("may run a program that is debugged here", async () => {
    const call = '{"method_name":"theirs","process_pid":1,"process_start_time":1}';
    expect(await answerTo(NOBODY, "POST /api/call/start", call)).toContain('"action":"continue"');
  });

  test("the server's own user may", async () => {
    const call = await client.paused();
    expect(await answerTo(0, `POST /api/paused/${call.pause}/continue`, "{}")).toContain("HTTP/1.1 200");
  });
});
