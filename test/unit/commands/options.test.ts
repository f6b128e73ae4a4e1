import { describe, expect, test } from "bun:test";
import { UsageError } from "../../../src/commands/errors.ts";
import { optionName, parseOptions } from "../../../src/commands/options.ts";

const SPECS = {
  port: { kind: "number", short: "p", value: "N", min: 0, max: 65535, whole: true, help: "" },
  wait: { kind: "number", value: "SECONDS", min: 0, max: 100, bare: 30, help: "" },
  db: { kind: "text", value: "FILE", help: "" },
  behavior: { kind: "choice", choices: ["stop", "go"], help: "" },
  allowHost: { kind: "list", value: "NAME", help: "" },
  strictPort: { kind: "flag", help: "" },
  browser: { kind: "flag", negated: true, help: "" },
} as const;

const parse = (...argv: string[]) => parseOptions(argv, SPECS);
const valuesOf = (...argv: string[]) => parse(...argv).values;

function refusal(...argv: string[]): string {
  try {
    parse(...argv);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error("it was accepted");
}

describe("what is not given", () => {
  test("is undefined, empty, or a flag's rest", () => {
    expect(valuesOf()).toEqual({
      help: false,
      version: false,
      allowHost: [],
      strictPort: false,
      browser: true,
      port: undefined,
      wait: undefined,
      db: undefined,
      behavior: undefined,
    });
  });

  test("its type is known", () => {
    const values = valuesOf();
    // Compiles only if the types are these.
    const port: number | undefined = values.port;
    const behavior: "stop" | "go" | undefined = values.behavior;
    const hosts: readonly string[] = values.allowHost;
    const strict: boolean = values.strictPort;
    expect([port, behavior, hosts, strict]).toEqual([undefined, undefined, [], false]);
  });
});

describe("ways of writing", () => {
  test.each([[["--port=8080"]], [["--port", "8080"]], [["-p", "8080"]], [["-p8080"]]])("%p", (argv) => {
    expect(valuesOf(...argv).port).toBe(8080);
  });

  test("an optional value", () => {
    expect(valuesOf("--wait").wait).toBe(30);
    expect(valuesOf("--wait=2.5").wait).toBe(2.5);
    expect(valuesOf("--wait", "5")).toMatchObject({ wait: 5 });
    expect(parse("--wait", "5").rest).toEqual([]);
    expect(parse("--wait", "file").rest).toEqual(["file"]);
    expect(valuesOf("--wait", "--port", "1")).toMatchObject({ wait: 30, port: 1 });
    expect(valuesOf("--wait=0").wait).toBe(0);
  });

  test("flags, and their opposites", () => {
    expect(valuesOf("--strict-port").strictPort).toBe(true);
    expect(valuesOf("--no-strict-port").strictPort).toBe(false);
    expect(valuesOf("--no-browser").browser).toBe(false);
    expect(valuesOf("--no-browser", "--browser").browser).toBe(true);
    expect(valuesOf("-hv")).toMatchObject({ help: true, version: true });
  });

  test("what is repeated: lists grow, of the rest the last counts", () => {
    expect(valuesOf("--allow-host", "a", "--allow-host=b").allowHost).toEqual(["a", "b"]);
    expect(valuesOf("--port", "1", "--port", "2").port).toBe(2);
  });

  test("what is no option is kept in order, and -- ends the options", () => {
    expect(parse("a", "--port", "1", "b", "--", "--port").rest).toEqual(["a", "b", "--port"]);
  });

  test("names", () => {
    expect(optionName("strictPort")).toBe("--strict-port");
    expect(optionName("db")).toBe("--db");
  });
});

describe("what is refused names the option, the value and what is allowed", () => {
  test.each([
    [["--port=99999"], '--port "99999" is not allowed: give a whole number from 0 to 65535'],
    [["--port=-1"], '--port "-1" is not allowed: give a whole number from 0 to 65535'],
    [["--port", "-1"], '--port "-1" is not allowed: give a whole number from 0 to 65535'],
    [["--port=5e3"], '--port "5e3" is not allowed: give a whole number from 0 to 65535'],
    [["--port=0x50"], '--port "0x50" is not allowed: give a whole number from 0 to 65535'],
    [["--port=80.5"], '--port "80.5" is not allowed: give a whole number from 0 to 65535'],
    [["--port="], '--port "" is not allowed: give a whole number from 0 to 65535'],
    [["--port=٥١٧٤"], '--port "٥١٧٤" is not allowed: give a whole number from 0 to 65535'],
    [["--port"], "--port needs a value: a whole number from 0 to 65535"],
    [["--port", "--strict-port"], "--port needs a value: a whole number from 0 to 65535"],
    [["--wait=soon"], '--wait "soon" is not allowed: give a number from 0 to 100'],
    [["--behavior", "stpo"], '--behavior "stpo" is not allowed (did you mean stop?): give stop or go'],
    [["--behavior=x"], '--behavior "x" is not allowed: give stop or go'],
    [["--db="], '--db "" is not allowed: give FILE'],
    [["--db"], "--db needs a value: FILE"],
    [["--allow-host", " "], '--allow-host " " is not allowed: give NAME'],
    [["--strict-port=yes"], '--strict-port takes no value, but was given "yes"'],
    [["--strct-port"], "Unknown option --strct-port; did you mean --strict-port?"],
    [["--no-port"], "Unknown option --no-port"],
    [["--xyzzy=1"], "Unknown option --xyzzy"],
    [["-x"], "Unknown option -x"],
    [["--port=\u001b[2J"], '--port "\\x1b[2J" is not allowed: give a whole number from 0 to 65535'],
    [["--\u202e"], "Unknown option --\\u202e"],
  ])("%p", (argv, message) => {
    expect(refusal(...argv)).toBe(message);
  });

  test("names of what every object has are options like others: unknown", () => {
    for (const name of ["constructor", "__proto__", "toString"]) {
      expect(refusal(`--${name}`)).toStartWith(`Unknown option --${name}`);
    }
  });
});
