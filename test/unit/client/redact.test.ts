/** Secrets stay in the process, and come back with an edit. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decode } from "../../../src/client/encode/decode.ts";
import { encode } from "../../../src/client/encode/encode.ts";
import { redactsOf, SECRET_NAMES } from "../../../src/client/encode/redact.ts";
import { DebugError } from "../../../src/client/errors.ts";
import type { RedactSetting } from "../../../src/client/types.ts";
import { makeBench, onBench } from "./support/scripted-client.ts";
import { jsonItem } from "./support/scripted-server.ts";

const HIDDEN = { $type: "redacted" };
const written = (value: unknown, setting: RedactSetting = true) => {
  const text = encode(value, { redacts: redactsOf(setting) });
  return { text, node: JSON.parse(text) };
};

describe("by default", () => {
  const secret = [
    ...[
      "password",
      "Password",
      "PASSWORD",
      "dbPassword",
      "DB_PASSWORD",
      "db-password",
      "password2",
      "passwd",
      "pwd",
    ],
    ...["token", "accessToken", "x-csrf-token", "secret", "client_secret", "secrets", "passphrase", "jwt"],
    ...["Authorization", "proxy-authorization", "cookie", "Set-Cookie", "cookies", "credentials"],
    ...[
      "api_key",
      "apiKey",
      "APIKey",
      "x-api-key",
      "apikey",
      "private_key",
      "privateKey",
      "aws_secret_access_key",
    ],
  ];
  for (const key of secret) {
    test(key, () => expect(written({ [key]: "hush-123" }).node).toEqual({ [key]: HIDDEN }));
  }

  const open = [
    ...[
      "max_tokens",
      "tokens",
      "tokenCount",
      "passwordHint",
      "secretary",
      "key",
      "keys",
      "author",
      "cookieBanner",
    ],
    ...["name", "accessKeyId", "broken", "", "$", "12"],
  ];
  for (const key of open) {
    test(`${JSON.stringify(key)} is no secret`, () =>
      expect(written({ [key]: "shown" }).node).toEqual({ [key]: "shown" }));
  }

  test("whatever the value is, but for what cannot be one", () => {
    const token = { deep: ["hush-123"] };
    const value = {
      token,
      password: 5,
      secret: 7n,
      pwd: "",
      cookie: null,
      jwt: undefined,
      hasToken: true,
      apiKey: () => 1,
    };
    const { text, node } = written(value);
    expect(text).not.toContain("hush");
    expect(node).toMatchObject({
      token: HIDDEN,
      password: HIDDEN,
      secret: HIDDEN,
      pwd: HIDDEN,
      cookie: null,
      hasToken: true,
    });
    expect(node.apiKey.$type).toBe("function");
  });

  test("wherever the key stands", () => {
    class Login {
      password = "hush-1";
    }
    const values = [
      new Login(),
      [{ user: { password: "hush-2" } }],
      new Map<unknown, unknown>([["password", "hush-3"]]),
      new Map([[{ password: "hush-4" }, 1]]),
      new Set([{ token: "hush-5" }]),
      Object.assign(new Error("no"), { token: "hush-6", cause: { token: "hush-7" } }),
      new Headers({ Authorization: "Bearer hush-8", accept: "text/html" }),
      new URLSearchParams("token=hush-9&q=1"),
      { $type: "mine", password: "hush-10", [Symbol("s")]: 1 },
      Object.assign(Object.create(null), { password: "hush-11" }),
      Object.assign([1], { password: "hush-12" }),
    ];
    for (const value of values) {
      const { text } = written(value);
      expect(text).not.toContain("hush");
      expect(text).toContain('{"$type":"redacted"}');
    }
    expect(written(values[6]).node).toEqual({
      $type: "pairs",
      class: "Headers",
      entries: [
        ["accept", "text/html"],
        ["authorization", HIDDEN],
      ],
    });
  });

  test("a getter is not run to find out", () => {
    const value = {
      get token(): string {
        throw new Error("ran");
      },
    };
    expect(written(value).node).toEqual({ token: { $type: "getter" } });
  });
});

test("the documented list is the list", () => {
  const page = readFileSync(join(import.meta.dir, "../../../docs/with-debug-api.md"), "utf8");
  const quoted = page.split("\n").filter((line) => line.startsWith("> "));
  expect(quoted.join(" ").replaceAll("> ", "").split(/,\s*/)).toEqual([...SECRET_NAMES]);
});

describe("the setting", () => {
  const value = { password: "p", ssn: "s", note: "n" };
  const shown = (setting: RedactSetting) =>
    Object.entries(written(value, setting).node)
      .filter(([, one]) => typeof one === "string")
      .map(([key]) => key);

  test("false shows everything", () => expect(shown(false)).toEqual(["password", "ssn", "note"]));
  test("names come besides the list", () => expect(shown(["SSN"])).toEqual(["note"]));
  test("so does a RegExp, even one that remembers", () => expect(shown(/^(ssn|note)$/g)).toEqual([]));
  test("a function decides alone", () => expect(shown((key) => key === "note")).toEqual(["password", "ssn"]));
  test("a function that throws keeps the value back", () =>
    expect(
      shown(() => {
        throw new Error("rule");
      }),
    ).toEqual([]));

  test("a function is told where", () => {
    const paths: unknown[] = [];
    written({ a: [{ b: 1 }], m: new Map([["k", 2]]) }, (key, path) => {
      paths.push([key, path]);
      return false;
    });
    expect(paths).toContainEqual(["b", ["a", 0, "b"]]);
    expect(paths).toContainEqual(["k", ["m", "entries", 0, 1, "k"]]);
  });

  for (const wrong of ["password", 5, null, [5], [""], ["-"], {}]) {
    test(`wrong: ${JSON.stringify(wrong)}`, () => {
      const { configureDebug } = makeBench();
      expect(() => configureDebug({ redact: wrong as never })).toThrow(DebugError);
      expect(() => configureDebug({ redact: wrong as never })).toThrow("redact");
    });
  }
});

describe("an edit", () => {
  const edit = (value: unknown, change: (node: never) => unknown) => {
    const { text, node } = written(value);
    const changed = change(node as never) ?? node;
    return decode(JSON.stringify(changed), { text, value }) as never;
  };

  test("keeps what was redacted beside it", () => {
    const token = { hush: 1 };
    const value = { user: "ann", token, deep: [{ password: "p" }] };
    const edited: typeof value = edit(value, (node: typeof value) => ({ ...node, user: "ben" }));
    expect(edited).toEqual({ ...value, user: "ben" });
    expect(edited.token).toBe(token);
  });

  test("in Maps, Headers and URLSearchParams too, by their keys", () => {
    const drop = (node: { entries: unknown[] }) => void node.entries.shift();
    const map: Map<string, unknown> = edit(
      new Map([
        ["a", "x"],
        ["token", "t"],
        ["password", "p"],
      ]),
      drop,
    );
    expect([...map]).toEqual([
      ["token", "t"],
      ["password", "p"],
    ]);
    const headers: Headers = edit(new Headers({ accept: "a", authorization: "t", cookie: "c" }), drop);
    expect([...headers]).toEqual([
      ["authorization", "t"],
      ["cookie", "c"],
    ]);
    const params: URLSearchParams = edit(
      new URLSearchParams("q=1&token=t&secret=s"),
      ({ entries, ...node }: { entries: unknown[] }) => ({
        ...node,
        entries: [["q", "2"], ...entries.slice(1)],
      }),
    );
    expect(String(params)).toBe("q=2&token=t&secret=s");
  });

  test("a list that lost an element gives nobody its neighbour's secret", () => {
    const users = [
      { name: "ann", password: "1" },
      { name: "ben", password: "2" },
      { name: "cy", password: "3" },
    ];
    const drop = (node: unknown[]) => void node.shift();
    expect(edit(users, drop) as unknown).toEqual(users.slice(1));
    expect(edit(users, (node: unknown[]) => node.toReversed()) as unknown).toEqual(users.toReversed());
    const guess = (node: { name: string }[]) => {
      node.shift();
      if (node[0]) node[0].name = "zoe";
    };
    expect(() => edit(users, guess)).toThrow("a redacted");
  });

  test("may give a new secret, and may not move one", () => {
    expect(edit({ password: "old" }, () => ({ password: "new" })) as unknown).toEqual({ password: "new" });
    expect(() => edit({ password: "old", x: 1 }, () => ({ pass: HIDDEN, x: 1 }))).toThrow(
      "a redacted at pass",
    );
    expect(() => decode(JSON.stringify({ password: HIDDEN }))).toThrow("a redacted at password");
  });
});

test("a whole call: nothing of the secret is sent, and the edited call has it", () => {
  const bench = onBench();
  const login = bench.withDebug([
    "login",
    (account: { user: string; password: string }) => ({ ...account, token: "hush-2" }),
  ]);
  bench.server.before("login", {
    action: "modify",
    modified_args: [jsonItem(JSON.stringify({ user: "ben", password: HIDDEN }))],
    modified_kwargs: {},
  });
  expect(login({ user: "ann", password: "hush-1" })).toEqual({
    user: "ben",
    password: "hush-1",
    token: "hush-2",
  });
  expect(JSON.stringify([...bench.server.store.values()])).not.toContain("hush");
  bench.configureDebug({ redact: false });
  bench.withDebug(["log", (account: object) => account])({ user: "ann", password: "hush-1" });
  expect(JSON.stringify([...bench.server.store.values()])).toContain("hush-1");
});
