/** What the documentation shows is true: its programs compile and run, its commands exist, its endpoints are there. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseOptions } from "../../src/commands/options.ts";
import { DEFAULT_COMMAND, isCommandName, loadCommand } from "../../src/commands/registry.ts";
import { fieldTable } from "../../src/server/query/fields.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const ROOT = resolve(import.meta.dir, "../..");
const PAGES = [
  "README.md",
  ...readdirSync(join(ROOT, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

interface Snippet {
  page: string;
  language: string;
  code: string;
}

const snippets: Snippet[] = PAGES.flatMap((page) =>
  [...readFileSync(join(ROOT, page), "utf8").matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map((match) => ({
    page,
    language: match[1] ?? "",
    code: match[2] ?? "",
  })),
);
const programs = snippets.filter(({ language }) => language === "ts");

test("the table of query fields is the language's own", () => {
  expect(readFileSync(join(ROOT, "docs/record.md"), "utf8")).toContain(fieldTable());
});

const folder = mkdtempSync(join(tmpdir(), "cideldill-docs-"));
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ behavior: "go" });
  for (const [index, { code }] of programs.entries())
    writeFileSync(join(folder, `snippet-${index}.ts`), code);
  const config = {
    extends: join(ROOT, "tsconfig.json"),
    compilerOptions: {
      typeRoots: [join(ROOT, "node_modules")],
      noUnusedLocals: false,
      paths: {
        cideldill: [join(ROOT, "src/client/index.ts")],
        "cideldill/discovery": [join(ROOT, "src/discovery/index.ts")],
        "cideldill/server": [join(ROOT, "src/server/index.ts")],
      },
    },
    include: ["*.ts"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("there is something to check", () => {
  expect(programs.length).toBeGreaterThan(6);
});

test("the programs compile", () => {
  const tsc = Bun.spawnSync([process.execPath, join(ROOT, "node_modules/typescript/bin/tsc"), "-p", folder], {
    stdout: "pipe",
    env: { ...process.env },
  });
  expect(tsc.stdout.toString()).toBe("");
  expect(tsc.exitCode).toBe(0);
}, 60_000);

describe("the programs run", () => {
  for (const [index, { page, code }] of programs.entries()) {
    // A fixed port is an example of one; nothing of ours need be there.
    if (code.includes("localhost:8080")) continue;
    test(`${page}: ${code.split("\n").find((line) => !line.startsWith("import")) || index}`, async () => {
      const child = Bun.spawn(
        [
          process.execPath,
          "--tsconfig-override",
          join(folder, "tsconfig.json"),
          join(folder, `snippet-${index}.ts`),
        ],
        {
          env: { ...process.env, CIDELDILL_SERVER_URL: server.url },
          stdout: "pipe",
          stderr: "pipe",
        },
      );
      const [code, errors] = await Promise.all([child.exited, new Response(child.stderr).text()]);
      expect(errors).toBe("");
      expect(code).toBe(0);
    }, 30_000);
  }
});

test("the endpoints of docs/protocol.md are those of the server, and the reverse", async () => {
  const { paths } = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
    paths: Record<string, object>;
  };
  const page = readFileSync(join(ROOT, "docs/protocol.md"), "utf8");
  const served = Object.keys(paths).map((path) => path.replace(/\{[^}]+\}/g, "<>"));
  const documented = page
    .split("## Endpoints")[1]
    ?.split("## Releasing")[0]
    ?.split("\n")
    .filter((line) => line.startsWith("| `"))
    .flatMap((line) => {
      const [base = "", ...rest] = [...(line.split("|")[1] ?? "").matchAll(/`(?:[A-Z]+ )?(\/[^`]+)`/g)].map(
        (match) => match[1] ?? "",
      );
      // "`/api/x/<name>/behavior`, `/replacement`" shares the beginning.
      return [
        base,
        ...rest.map((path) => (/^\/(api|openapi|docs)/.test(path) ? path : base.replace(/\/[^/]+$/, path))),
      ];
    })
    .map((path) => path.replace(/<[^>]+>/g, "<>"));
  expect(served.filter((path) => !documented?.includes(path))).toEqual([]);
  const unserved = documented?.filter(
    (path) => !served.includes(path) && !/openapi|docs|live|mcp/.test(path),
  );
  expect(unserved).toEqual([]);
});

test("every code of a refusal is in docs/protocol.md", () => {
  const codes = readFileSync(join(ROOT, "src/protocol/errors.ts"), "utf8").matchAll(/^ {2}\| "(\w+)"/gm);
  const page = readFileSync(join(ROOT, "docs/protocol.md"), "utf8");
  expect([...codes].map((match) => match[1] ?? "").filter((code) => !page.includes(`\`${code}\``))).toEqual(
    [],
  );
});

describe("the command lines are understood", () => {
  const texts = PAGES.flatMap((page) => {
    const text = readFileSync(join(ROOT, page), "utf8");
    const blocks = snippets.filter((each) => each.page === page && /^(bash|sh)$/.test(each.language));
    const inline = [...text.replace(/^```[\s\S]*?^```/gm, "").matchAll(/`(cideldill [^`]+)`/g)];
    return [...blocks.flatMap(({ code }) => code.split("\n")), ...inline.map(([, code = ""]) => code)]
      .filter((line) => !line.includes(" mcp add "))
      .map((line) => ({ page, line }));
  });
  // In a host's `mcp add cideldill ...` it is a name first; so it is in a path (`./cideldill.tgz`).
  const lines = texts.flatMap(({ page, line }) =>
    [...line.matchAll(/(?:^|[\s(&])cideldill(?= |$)((?:'[^']*'|"[^"]*"|[^&|)#>'"])*)/g)].map(
      ([, rest = ""]) => [page, rest.trim()] as const,
    ),
  );

  test("there are some", () => {
    expect(lines.length).toBeGreaterThan(50);
  });

  test.each(lines)("%s: cideldill %s", async (_, rest) => {
    const words = [...rest.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) =>
      word.replace(/'([^']*)'|"([^"]*)"/g, (__, one, two) => one ?? two),
    );
    const isNamed = words[0] !== undefined && !words[0].startsWith("-");
    const name = isNamed ? (words.shift() ?? "") : DEFAULT_COMMAND;
    if (!isCommandName(name)) throw new Error(`there is no command ${name}`);
    const { meta } = await loadCommand(name);
    const { rest: positional } = parseOptions(words, meta.options);
    expect(positional.length).toBeLessThanOrEqual(
      meta.argument === undefined ? 0 : (meta.mostArguments ?? 1),
    );
    // Those that have a verb first.
    const verbs = meta.usages?.flatMap((usage) => usage.match(/(?:^|\| )[a-z-]+/g) ?? []);
    const known = verbs?.map((verb) => verb.replace("| ", ""));
    if (known?.length && /^[a-z-]+$/.test(positional[0] ?? "")) expect(known).toContain(positional[0] ?? "");
  });
});

test("links between the pages lead somewhere", () => {
  for (const page of PAGES) {
    const text = readFileSync(join(ROOT, page), "utf8");
    for (const [, target = ""] of text.matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)) {
      expect([page, target, readFileSync(resolve(ROOT, page, "..", target)).length > 0]).toEqual([
        page,
        target,
        true,
      ]);
    }
  }
});
