/** What the command line answers to itself. */
import { describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { VERSION } from "../../../src/protocol/version.ts";
import type { Place } from "../place.ts";

const COMMANDS = [
  "serve",
  "port",
  "url",
  "list",
  "stop",
  "functions",
  "programs",
  "break",
  "paused",
  "resume",
  "flow",
  "repl",
  "mcp",
  "demo",
  "help",
  "version",
];

export function usageScenarios(open: () => Place): void {
  test("help names every command, and each has its own", async () => {
    await using place = open();
    const { code, stdout, stderr } = await place.run(["help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const name of COMMANDS) {
      expect(stdout).toContain(`  ${name} `);
      const [long, short] = await Promise.all([place.run(["help", name]), place.run([name, "-h"])]);
      expect(long).toEqual(short);
      expect(long.stdout).toContain(`cideldill ${name}`);
    }
    expect((await place.run(["--help"])).stdout).toBe(stdout);
  }, 60_000);

  test("version", async () => {
    await using place = open();
    for (const args of [["version"], ["--version"], ["-v"]]) {
      expect(await place.run(args)).toEqual({ code: 0, stdout: `cideldill ${VERSION}\n`, stderr: "" });
    }
    expect(JSON.parse((await place.run(["version", "--json"])).stdout)).toMatchObject({ version: VERSION });
  });

  test.each([
    [["srve"], 'Unknown command "srve"; did you mean "serve"? See cideldill help.'],
    [["serve", "--prot", "1"], "Unknown option --prot; did you mean --port? See cideldill help serve."],
    [
      ["--port", "99999"],
      '--port "99999" is not allowed: give a whole number from 0 to 65535. See cideldill help serve.',
    ],
    [["--json", "list"], 'Write "list" before its options. See cideldill help serve.'],
    [
      ["serve", "--db", "x", "--memory"],
      "--db and --memory exclude each other: a database in memory is in no file. See cideldill help serve.",
    ],
    [
      ["--allow-host", "http://x/"],
      '--allow-host "http://x/" is not allowed: give a name, or name:port. See cideldill help serve.',
    ],
    [
      ["--allow-origin", "https://dev.example/app"],
      '--allow-origin "https://dev.example/app" is not allowed: give https://dev.example. See cideldill help serve.',
    ],
    [
      ["--allow-origin", "dev"],
      '--allow-origin "dev" is not allowed: give a scheme and a host, as in https://dev.example. See cideldill help serve.',
    ],
    [["\u001b[2Jevil"], 'Unknown command "\\x1b[2Jevil". See cideldill help.'],
  ])("%p is refused in one line, with 2", async (args, message) => {
    await using place = open();
    expect(await place.run(args)).toEqual({ code: 2, stdout: "", stderr: `cideldill: ${message}\n` });
  });

  describe("where no server runs", () => {
    test.each([[["port"]], [["url"]], [["stop"]], [["port", "--wait=0.1"]]])(
      "%p exits with 1 and one line",
      async (args) => {
        await using place = open();
        // 5174 may be somebody's on this machine: another, where nothing is, is asked about.
        const env = args[0] === "stop" ? {} : { CIDELDILL_SERVER_URL: "http://localhost:1" };
        const { code, stdout, stderr } = await place.run(args, { env });
        expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
        expect(stderr).toMatch(/^cideldill: No [^\n]+\n$/);
      },
    );

    test("list and stop --all are content", async () => {
      await using place = open();
      expect(await place.run(["list", "--json"])).toEqual({ code: 0, stdout: "[]\n", stderr: "" });
      expect((await place.run(["stop", "--all"])).code).toBe(0);
    });
  });

  test("a working folder with a hostile name is spelled out", async () => {
    await using place = open();
    const cwd = join(place.folder, "a\u001b[31m\u202eb");
    mkdirSync(cwd);
    await place.serve(["--port", "0"], { cwd });
    const { stdout } = await place.run(["list"]);
    expect(stdout).toContain("a\\x1b[31m\\u202eb");
    const json = (await place.run(["list", "--json"])).stdout;
    for (const letter of ["\u001b", "\u202e"]) expect(json).not.toContain(letter);
    expect(JSON.parse(json)[0].cwd).toBe(cwd);
  });

  test("a server that others can reach prints its token and a warning; list does not", async () => {
    await using place = open();
    const banner = place.start(["--host", "0.0.0.0", "--port", "0"]);
    const [, token = ""] = await banner.printed(/\/\?token=([\w-]{20,})/);
    expect(banner.stdout).toContain("Warning: other machines can connect.");
    expect((await place.run(["list", "--json"])).stdout).not.toContain(token);
    const ready = await place.serve(["--host", "0.0.0.0", "--port", "0"]);
    expect(ready.token).toMatch(/^[\w-]{20,}$/);
  });

  test("colours only for a terminal, or when forced, and pictures never in a pipe", async () => {
    await using place = open();
    await place.serve();
    expect((await place.run(["list"])).stdout).not.toContain("\u001b");
    const forced = (await place.run(["list"], { env: { FORCE_COLOR: "1" } })).stdout;
    expect(forced).toContain("\u001b[");
    expect(forced).not.toContain("●");
  });

  test("a name and a site that were allowed are answered, others are not", async () => {
    await using place = open();
    const { url } = await place.serve([
      "--port",
      "0",
      "--allow-host",
      "Tunnel.Example",
      "--allow-origin",
      "https://dev.example",
    ]);
    const status = async (headers: Record<string, string>) =>
      (await fetch(`${url}/api/health`, { headers })).status;
    expect(await status({ host: "tunnel.example" })).toBe(200);
    expect(await status({ host: "evil.example" })).toBe(403);
    expect(await status({ origin: "https://dev.example" })).toBe(200);
    expect(await status({ origin: "https://evil.example" })).toBe(403);
  });

  test("--open without a browser says so and serves", async () => {
    await using place = open();
    const server = place.start(["--port", "0", "--open"], { env: { PATH: "/nowhere" } });
    await server.printed(/No browser was opened/);
    expect((await place.run(["url"])).code).toBe(0);
  });
}
