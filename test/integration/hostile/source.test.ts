/** Case 18, the source view: only files that a recorded stack names, only source code, only as text. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { type Answer, dillItem, freshName, pickle, WireClient } from "../contract/support/wire-client.ts";
import { raw, request } from "./support/raw.ts";

let server: TestServer;
let client: WireClient;
const folder = mkdtempSync(join(tmpdir(), "cideldill-source-"));
const file = (name: string, text: string | Uint8Array = "secret\n") => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
beforeAll(async () => {
  server = await startTestServer();
  client = new WireClient(server.url);
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Pauses a call whose stack names these files; answers its id. */
async function pausedWith(filenames: readonly unknown[], identity = {}): Promise<string> {
  const name = freshName("source");
  await client.post("/api/breakpoints", { function_name: name, behavior: "stop" });
  const { body } = await client.post("/api/call/start", {
    method_name: name,
    args: [],
    kwargs: {},
    call_site: {
      timestamp: 1,
      stack_trace: filenames.map((filename) => ({ filename, lineno: 2, function: "f" })),
    },
    preferred_format: "json",
    process_pid: process.pid,
    process_start_time: 1,
    ...identity,
  });
  return String(body.call_id);
}

const source = (call: string, frame: number | string): Promise<Answer> =>
  client.send("GET", `/api/calls/${encodeURIComponent(call)}/source/${frame}`);

describe("case 18: the source of a frame", () => {
  test("is the file that the stack names, as text", async () => {
    const path = file("agent.ts", "const a = 1;\n// <script>alert(1)</script>\n");
    utimesSync(path, 1, 1);
    const call = await pausedWith([path, pathToFileURL(path).href]);
    for (const frame of [0, 1]) {
      const { status, body, headers } = await source(call, frame);
      expect(status).toBe(200);
      expect(body).toMatchObject({ language: "typescript", line: 2, changed_since: false, modified_at: 1 });
      expect(body.text).toContain("<script>");
      expect(headers.get("content-type")).toContain("application/json");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  test("says when the file was written after the call", async () => {
    const path = file("newer.py", "x = 1\n");
    const call = await pausedWith([path]);
    utimesSync(path, Date.now() / 1000 + 60, Date.now() / 1000 + 60);
    expect((await source(call, 0)).body).toMatchObject({ language: "python", changed_since: true });
  });

  test("is refused for whatever is no source code, and says why", async () => {
    const secret = file("id_rsa");
    symlinkSync(secret, join(folder, "link.ts"));
    mkdirSync(join(folder, "folder.ts"));
    Bun.spawnSync(["mkfifo", join(folder, "fifo.ts")]);
    const cases: [string, unknown][] = [
      ["no source code", secret],
      ["no source code", "/etc/passwd"],
      ["no source code", "/proc/self/environ"],
      ["no source code", join(folder, "link.ts")],
      ["no source code", `${join(folder, "agent.ts")}/../id_rsa`],
      ["not a path of this machine", "../../etc/passwd.ts"],
      ["not a path of this machine", "agent.ts"],
      ["not a path of this machine", "node:internal/modules.js"],
      ["not a path of this machine", "http://localhost/agent.ts"],
      ["not a path of this machine", "file://elsewhere.example/share/agent.ts"],
      ["holds a NUL", `${secret}\0.ts`],
      ["no such file", join(folder, "gone.ts")],
      ["no such file", join(folder, "javascript:alert(1).js")],
      ["not a file", join(folder, "folder.ts")],
      ["not a file", join(folder, "fifo.ts")],
      ["not text", file("binary.js", new Uint8Array([1, 0, 2]))],
      ["too many to show", file("huge.js", "x".repeat(2 * 1024 * 1024 + 1))],
    ];
    const call = await pausedWith(cases.map(([, filename]) => filename));
    for (const [at, [why, filename]] of cases.entries()) {
      const { status, body } = await source(call, at);
      expect({ filename, status, error: body.error }).toEqual({
        filename,
        status: 404,
        error: "source_not_found",
      });
      expect(`${filename}: ${body.message}`).toContain(
        why.replace("no source code", "not one of source code"),
      );
      expect(JSON.stringify(body)).not.toContain("secret\\n");
    }
  });

  test("of a page is never read here, whatever it names", async () => {
    const call = await pausedWith([file("page.ts")], { process_pid: 0, page_url: "http://localhost:3000/" });
    expect((await source(call, 0)).body).toMatchObject({ error: "source_not_found" });
  });

  test("takes no path, and no call that nobody recorded", async () => {
    const path = file("named.ts");
    const call = await pausedWith([path]);
    for (const [id, frame] of [
      [call, "1"],
      [call, "-1"],
      [call, "0.5"],
      [call, "..%2f0"],
      [call, encodeURIComponent(path)],
      ["nobody", "0"],
      [path, "0"],
      ["../../etc/passwd", "0"],
    ] as const) {
      const { status, body } = await source(id, frame);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(String(body.message).length).toBeGreaterThan(10);
      expect(JSON.stringify(body)).not.toContain("secret\\n");
    }
  });

  test("is not for pages of other sites", async () => {
    const call = await pausedWith([file("mine.ts")]);
    for (const headers of [
      ["Origin: http://localhost:3000"],
      ["Sec-Fetch-Site: cross-site"],
      ["Origin: null"],
    ]) {
      const line = `GET /api/calls/${call}/source/0`;
      const answer = await raw(server.port, request(line, [`Host: localhost:${server.port}`, ...headers]));
      expect({ status: answer.status, error: answer.error }).toEqual({
        status: 403,
        error: "forbidden_origin",
      });
    }
  });
});

describe("a value as a tree", () => {
  test("of a pickle that would run something shows what it is, and runs nothing", async () => {
    const name = freshName("tree");
    const item = dillItem(pickle.system("touch /tmp/never"));
    await client.post("/api/breakpoints", { function_name: name, behavior: "stop" });
    await client.post("/api/call/start", {
      method_name: name,
      args: [item],
      call_site: {},
      process_pid: process.pid,
      process_start_time: 1,
    });
    const { status, body } = await client.send("GET", `/api/values/${item.cid}`);
    expect({ status, format: body.serialization_format }).toEqual({ status: 200, format: "dill" });
    expect(JSON.parse(String(body.text))).toMatchObject({ $type: "python" });
    expect(String(body.text)).toContain("not run");
  });

  test("that nobody holds is refused", async () => {
    for (const cid of ["a".repeat(128), "short", "..%2f..%2fetc"]) {
      const { status, body } = await client.send("GET", `/api/values/${cid}`);
      expect({ status, error: body.error }).toEqual({ status: 404, error: "value_not_found" });
    }
  });
});
