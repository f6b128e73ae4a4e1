import { describe, expect, test } from "bun:test";
import { main, OTHER_WORDS } from "../../../src/commands/main.ts";
import { COMMANDS } from "../../../src/commands/registry.ts";
import { nearest } from "../../../src/server/nearest.ts";
import { fakeIo } from "./fake-io.ts";

async function run(...argv: string[]) {
  const io = fakeIo();
  const code = await main(argv, io);
  return { code, ...io.written };
}

describe("commands that do not exist", () => {
  test.each([
    ["srve", "serve"],
    ["STOP", "stop"],
    ["lsit", "list"],
    ["versoin", "version"],
    ["ulr", "url"],
  ])("%s: %s is suggested", async (typed, meant) => {
    expect(await run(typed)).toEqual({
      code: 2,
      out: [],
      err: [`cideldill: Unknown command "${typed}"; did you mean "${meant}"? See cideldill help.`],
    });
    expect((await run("help", typed)).err).toEqual([
      `cideldill: Unknown command "${typed}"; did you mean "${meant}"? See cideldill help.`,
    ]);
  });

  test("what others call the same is suggested", async () => {
    expect((await run("start")).err).toEqual([
      'cideldill: Unknown command "start"; did you mean "serve"? See cideldill help.',
    ]);
  });

  test("what is suggested for other words is there", async () => {
    for (const line of Object.values(OTHER_WORDS)) {
      const [command = "", ...rest] = line.split(" ");
      const help = (await run("help", command)).out.join("\n");
      for (const word of rest.filter((each) => each !== "ID")) expect(help).toContain(word);
    }
    expect((await run("step")).err.join()).toContain('did you mean "resume ID --step"?');
    expect(Object.keys(OTHER_WORDS).filter((word) => Object.hasOwn(COMMANDS, word))).toEqual([]);
  });

  test("nothing is suggested when nothing is near, and never what is for our own use", async () => {
    expect((await run("frobnicate")).err).toEqual([
      'cideldill: Unknown command "frobnicate". See cideldill help.',
    ]);
    expect((await run("demo-progam")).err.join()).not.toContain("demo-program");
  });
});

test("the help of the command is named where there is one", async () => {
  expect((await run("port", "--wiat")).err).toEqual([
    "cideldill: Unknown option --wiat; did you mean --wait? See cideldill help port.",
  ]);
  expect((await run("version", "extra")).err).toEqual([
    'cideldill: "version" does not take "extra". See cideldill help version.',
  ]);
});

test("help of a word that a command takes is the help of the command", async () => {
  expect(await run("help", "break", "add")).toEqual(await run("help", "break"));
});

test("a server that --server names and that is not there is spoken of as --server", async () => {
  const { code, err } = await run("paused", "--server", "http://localhost:1");
  expect([code, err.join()]).toEqual([1, expect.stringContaining("leave --server out")]);
  expect((await run("paused", "--server", "localhost:5174")).err.join()).toContain(
    'server URL "localhost:5174" from --server has no scheme',
  );
});

test("a command after its options is told to come first", async () => {
  expect(await run("--json", "version")).toEqual({
    code: 2,
    out: [],
    err: ['cideldill: Write "version" before its options. See cideldill help serve.'],
  });
});

test("the version, also as an option, also as JSON", async () => {
  const plain = (await run("version")).out;
  expect(plain[0]).toMatch(/^cideldill \d+\.\d+\.\d+/);
  for (const argv of [["-v"], ["--version"], ["list", "--version"]])
    expect((await run(...argv)).out).toEqual(plain);
  const json = (await run("version", "--json")).out;
  expect((await run("--version", "--json")).out).toEqual(json);
  expect(JSON.parse(json.join())).toMatchObject({ bun: Bun.version });
});

describe("nearest", () => {
  test("takes the nearest, and none that is far", () => {
    expect(nearest("--prot", ["--port", "--host"])).toBe("--port");
    expect(nearest("--hots", ["--port", "--host"])).toBe("--host");
    expect(nearest("--db", ["--db"])).toBe("--db");
    expect(nearest("older_than", ["older_than_days", "larger_than_mb"])).toBe("older_than_days");
    expect(nearest("exception", ["exception_type", "exception_message"])).toBeUndefined();
    expect(nearest("-x", ["-v", "--db"])).toBeUndefined();
    expect(nearest("a".repeat(100_000), ["serve"])).toBeUndefined();
    expect(nearest("", ["serve"])).toBeUndefined();
  });
});
