/** The arrows of the architecture, checked: who may import whom, that nothing goes round, that files stay small. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { Glob } from "bun";

const ROOT = resolve(import.meta.dir, "../..");

/** Which parts of the tree a part may import, besides itself. */
const ALLOWED: Record<string, readonly string[]> = {
  "src/cli": ["src/commands", "src/protocol", "src/discovery"],
  "src/commands": ["src/server", "src/client", "src/demo", "src/protocol", "src/discovery"],
  "src/demo": ["src/client", "src/protocol", "src/discovery"],
  "src/server": ["src/protocol", "src/discovery"],
  "src/client": ["src/protocol", "src/discovery"],
  "src/discovery": ["src/protocol"],
  "src/protocol": [],
  "src/launcher": [],
  web: ["src/protocol"],
};

/** Parts that ship to places with no validator: of the protocol they take types, and values only from these files. */
const PLAIN_PROTOCOL = [
  "src/protocol/constants.ts",
  "src/protocol/debuggee-frames.ts",
  "src/protocol/hidden-letters.ts",
  "src/protocol/parameters.ts",
  "src/protocol/typed-arrays.ts",
  "src/protocol/values.ts",
  "src/protocol/version.ts",
  "src/protocol/process-name.ts",
  "src/protocol/words.ts",
];
const WITHOUT_VALIDATOR = ["src/client", "src/discovery", "web"];

interface Import {
  from: string;
  to: string;
  typeOnly: boolean;
}

const files = [...new Glob("{src,web}/**/*.{ts,tsx}").scanSync({ cwd: ROOT })]
  .filter((file) => !file.includes("/dist/"))
  .map((file) => file.replaceAll("\\", "/"))
  .sort();

/** Every import of a project file by another; what comes from packages is not listed. */
const imports: Import[] = files.flatMap((file) => {
  const source = readFileSync(join(ROOT, file), "utf8");
  const statements = source.matchAll(
    /(?:^|\n)\s*(?:import|export)\s+(type\s)?[^;"']*?from\s*["'](\.[^"']+)["']|import\(\s*["'](\.[^"']+)["']\s*\)|import\s*["'](\.[^"']+)["']/g,
  );
  return [...statements].map((match) => ({
    from: file,
    to: relative(ROOT, resolve(ROOT, dirname(file), match[2] ?? match[3] ?? match[4] ?? "")).replaceAll(
      "\\",
      "/",
    ),
    typeOnly: match[1] !== undefined,
  }));
});

function partOf(file: string): string {
  return (
    Object.keys(ALLOWED).find((part) => file === `${part}.ts` || file.startsWith(`${part}/`)) ??
    `unknown (${file})`
  );
}

test("there are files to check", () => {
  expect(files.length).toBeGreaterThan(50);
  expect(imports.length).toBeGreaterThan(100);
});

test("every file belongs to a part", () => {
  expect(files.filter((file) => partOf(file).startsWith("unknown"))).toEqual([]);
});

test("imports run one way", () => {
  const wrong = imports.filter(({ from, to }) => {
    if (to === "package.json" && from === "src/protocol/version.ts") return false;
    const [source, target] = [partOf(from), partOf(to)];
    return source !== target && !ALLOWED[source]?.includes(target);
  });
  expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
});

test("clients and pages carry no validator", () => {
  const wrong = imports.filter(
    ({ from, to, typeOnly }) =>
      WITHOUT_VALIDATOR.includes(partOf(from)) &&
      partOf(to) === "src/protocol" &&
      !typeOnly &&
      !PLAIN_PROTOCOL.includes(to),
  );
  expect(wrong.map(({ from, to }) => `${from} -> ${to}`)).toEqual([]);
});

test("no import goes round", () => {
  const next = new Map<string, string[]>();
  for (const { from, to, typeOnly } of imports)
    if (!typeOnly) next.set(from, [...(next.get(from) ?? []), to]);
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
    if (done.has(file) || path.includes(file)) return;
    for (const target of next.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});

test("files are small, named in kebab-case, and not deep", () => {
  const long = files.filter((file) => readFileSync(join(ROOT, file), "utf8").split("\n").length > 500);
  const misnamed = files.filter((file) => !/^[a-z0-9.-]+\.tsx?$/.test(file.split("/").at(-1) ?? ""));
  const deep = files.filter((file) => file.startsWith("src/") && file.split("/").length > 5);
  expect({ long, misnamed, deep }).toEqual({ long: [], misnamed: [], deep: [] });
});

test("the contract has no any, and nothing has a non-null assertion without a reason", () => {
  const contract = files.filter((file) => file.startsWith("src/protocol/"));
  expect(contract.filter((file) => /(:|as|<)\s*any\b/.test(readFileSync(join(ROOT, file), "utf8")))).toEqual(
    [],
  );
});
