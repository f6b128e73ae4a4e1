/** Cases 18, 19 and 20, on the server's side: what is served, and as what. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTestServer, type TestServer } from "../../support/server.ts";
import { dillItem, jsonItem, pickle, WireClient } from "../contract/support/wire-client.ts";
import { raw, request } from "./support/raw.ts";

let server: TestServer;
let client: WireClient;
const lines: string[] = [];
beforeAll(async () => {
  server = await startTestServer({ debug: (line) => lines.push(line) });
  client = new WireClient(server.url);
});
afterAll(() => server.stop());

const ours = () => `Host: localhost:${server.port}`;

describe("case 18: nothing outside the embedded pages is served", () => {
  test.each([
    ["/../package.json"],
    ["/../../../../../../etc/passwd"],
    ["/%2e%2e/package.json"],
    ["/%2e%2e%2fpackage.json"],
    ["/%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd"],
    ["/%252e%252e%252fpackage.json"],
    ["/..%5cpackage.json"],
    ["/..\\package.json"],
    ["/docs/..%2f..%2f..%2fpackage.json"],
    ["/docs/....//....//package.json"],
    ["/%c0%ae%c0%ae/package.json"],
    ["//etc/passwd"],
    ["///etc/passwd"],
    ["/%2fetc%2fpasswd"],
    ["/index.html%00.png"],
    ["/%00"],
    ["/.env"],
    ["/.git/config"],
    ["/src/cli.ts"],
    ["/C:%5cWindows%5cwin.ini"],
    ["/api/../../package.json"],
    ["/api/debug-client.js/../../../package.json"],
    ["/file:///etc/passwd"],
  ])("%s", async (path) => {
    const answer = await raw(server.port, request(`GET ${path}`, [ours()]));
    expect({ status: answer.status, error: answer.error }).toEqual({ status: 404, error: "not_found" });
    expect(answer.body).not.toContain("devDependencies");
    expect(answer.body).not.toContain("root:");
  });

  test("a NUL or another control character in the request line", async () => {
    for (const path of ["/a\0b", "/\x1b[31m", "/a\tb", "/\x7f"]) {
      const answer = await raw(server.port, request(`GET ${path}`, [ours()]));
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.body).not.toContain("\x1b");
    }
  });
});

/** Everything that a page, a terminal or a reader could take for more than text. */
const NASTY = [
  "</script><script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "javascript:alert(1)",
  "\x1b[31mred\x1b]0;title\x07",
  "\u202Egnp.exe",
  "a\r\nSet-Cookie: x=1",
  "\u2028\u2029\0",
  "\ud800 lone",
];

describe("case 19: names, values, stacks and messages are text", () => {
  test("they come back the same, as JSON that no browser takes for a page", async () => {
    for (const text of NASTY) {
      const wellFormed = text.toWellFormed();
      const call = await client.paused({
        method_name: text,
        args: [jsonItem(text)],
        preferred_format: "json",
        signature: text,
        page_url: text,
        call_site: {
          timestamp: 1,
          stack_trace: [{ filename: text, lineno: 1, function: text, code_context: text }],
        },
      });
      const response = await fetch(`${server.url}/api/paused`);
      expect(response.headers.get("content-type")).toStartWith("application/json");
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      const body = await response.text();
      expect(body).not.toContain("\x1b");
      const { paused } = JSON.parse(body) as { paused: { id: string; call_data: Record<string, unknown> }[] };
      expect(paused[0]?.call_data).toMatchObject({ signature: text, page_url: text });
      expect(String(paused[0]?.call_data.method_name).toWellFormed()).toBe(wellFormed);
      await client.resume(call.pause, { action: "raise", exception_type: text, exception_message: text });
    }
  });

  test("what is said to the terminal has no control characters", async () => {
    lines.length = 0;
    for (const text of NASTY) {
      await client.complete(text);
      await client.send("GET", `/api/poll/${encodeURIComponent(text.toWellFormed())}`);
      await fetch(`${server.url}/api/behavior/${encodeURIComponent(text.toWellFormed())}`, {
        headers: { origin: "http://evil.example" },
      });
    }
    await raw(server.port, request("GET /", ["Host: \x1b[31mred"]));
    expect(lines.length).toBeGreaterThan(NASTY.length);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(lines.filter((line) => /[\x00-\x1f\x7f\u202e]/.test(line))).toEqual([]);
  });

  test("error messages quote what was sent, as JSON", async () => {
    for (const text of NASTY) {
      const answer = await client.resume(encodeURIComponent(text.toWellFormed()));
      expect(answer.body.error).toBe("pause_not_found");
      expect(answer.headers.get("content-type")).toStartWith("application/json");
    }
  });

  test("pages run no inline script and are framed by nobody", async () => {
    const response = await fetch(`${server.url}/`);
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toContain("unsafe");
  });
});

describe("case 20: pickles", () => {
  const folder = mkdtempSync(join(tmpdir(), "cideldill-hostile-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("one that would run os.system runs nowhere and is shown as what it is", async () => {
    const mark = join(folder, "ran");
    const bomb = dillItem(pickle.system(`touch ${mark}`));
    const call = await client.paused({ target: bomb, args: [bomb], kwargs: { k: bomb } });
    const listed = (await client.listPaused()).find(({ id }) => id === call.pause);
    const shown = expect.stringMatching(/^os\.system\('touch .*'\) .*not run/);
    expect(listed?.call_data).toMatchObject({
      pretty_target: shown,
      pretty_args: [shown],
      pretty_kwargs: { k: shown },
    });
    const action = await client.released(call, { modified_kwargs: {} });
    expect(action).toMatchObject({ modified_args: [{ cid: bomb.cid }] });
    await client.complete(call.callId, {
      status: "exception",
      exception_cid: bomb.cid,
      result_cid: bomb.cid,
    });
    await client.history(call.name);
    expect(existsSync(mark)).toBe(false);
    // The mark itself works.
    writeFileSync(mark, "");
    expect(existsSync(mark)).toBe(true);
  });

  test("bombs are bounded: billion laughs, announced sizes, depth", async () => {
    let laughs = "]q\x00";
    for (let level = 1; level <= 40; level++)
      laughs += `](${`h${String.fromCharCode(level - 1)}`.repeat(10)}eq${String.fromCharCode(level)}`;
    const bombs = [
      Buffer.from(`${laughs}.`, "latin1"),
      Buffer.from(`${"]".repeat(100_000)}${"a".repeat(99_999)}.`),
      Buffer.from(`${"(".repeat(100_000)}N.`),
    ];
    const started = performance.now();
    const call = await client.paused({ args: bombs.map(dillItem) });
    const text = JSON.stringify((await client.get(`/api/paused/${call.pause}`)).body.call_data);
    expect(text.length).toBeLessThan(2_000_000);
    expect(performance.now() - started).toBeLessThan(10_000);
    await client.resume(call.pause);
    // A frame that announces more bytes than there are.
    const lying = dillItem(Buffer.from([0x80, 4, 0x8e, 0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0, 0x2e]));
    expect((await client.start({ args: [lying] })).body.error).toBe("invalid_dill");
  });
});
