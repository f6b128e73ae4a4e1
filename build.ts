/**
 * Builds what is shipped.
 *
 *   bun build.ts            the pages, the library, and dist/cideldill for this machine
 *   bun build.ts --all      the same, and an executable for every target that cross-compiles
 *   bun build.ts --web      the pages only (web/dist)
 *   bun build.ts --lib      the library only (dist/lib)
 *   bun build.ts --dev      serves from source: pages and server start again when a file changes
 *   --quiet                 says nothing when all went well
 */
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import manifest from "./package.json";
import { buildWeb } from "./web/build.ts";

const ROOT = import.meta.dir;
const WEB_DIST = join(ROOT, "web/dist");
const LIB = join(ROOT, "dist/lib");
/** Served at `/cideldill.tgz`: so a program gets the library of the very server it talks to. */
const PACKAGE = join(WEB_DIST, "cideldill.tgz");

/** Every target of `bun build --compile`; executables for other machines carry its name. */
const TARGETS = [
  "bun-linux-x64",
  "bun-linux-arm64",
  "bun-linux-x64-musl",
  "bun-linux-arm64-musl",
  "bun-darwin-x64",
  "bun-darwin-arm64",
  "bun-windows-x64",
  "bun-windows-arm64",
] as const;

const KNOWN_FLAGS = ["--all", "--web", "--lib", "--dev", "--quiet"];

async function main(flags: readonly string[]): Promise<void> {
  const unknown = flags.find((flag) => !KNOWN_FLAGS.includes(flag));
  if (unknown !== undefined) throw new Error(`Unknown option ${unknown}. Known: ${KNOWN_FLAGS.join(" ")}`);
  const has = (flag: string) => flags.includes(flag);
  const say = has("--quiet") ? () => {} : (line: string) => console.log(line);
  if (has("--dev")) return await develop();
  const isPartial = has("--web") || has("--lib");

  if (!isPartial || has("--web")) await step(say, WEB_DIST, (outdir) => buildPages(outdir));
  if (!isPartial || has("--lib")) await step(say, LIB, buildLibrary);
  if (!isPartial || (has("--web") && has("--lib"))) await step(say, PACKAGE, packLibrary);
  if (isPartial) return;
  await step(say, join(ROOT, `dist/cideldill${exe(process.platform === "win32")}`), (file) => compile(file));
  if (!has("--all")) return;
  for (const target of TARGETS) {
    const file = join(ROOT, `dist/${target.replace("bun-", "cideldill-")}${exe(target.includes("windows"))}`);
    await step(say, file, () => compile(file, target));
  }
}

const exe = (isWindows: boolean) => (isWindows ? ".exe" : "");

async function develop(): Promise<void> {
  await buildPages(WEB_DIST, { minify: false, watch: true });
  const server = Bun.spawn([process.execPath, "--watch", join(ROOT, "src/cli.ts")], {
    stdio: ["inherit", "inherit", "inherit"],
  });
  process.exit(await server.exited);
}

/** The pages and the browser client, side by side: one folder to embed and to serve. */
async function buildPages(outdir: string, how: { minify?: boolean; watch?: boolean } = {}): Promise<void> {
  await buildWeb({ outdir, ...how });
  await bundle({
    entrypoints: [join(ROOT, "src/client/browser.ts")],
    outdir,
    naming: "debug-client.js",
    target: "browser",
    format: "esm",
    minify: true,
  });
}

/** The library for Bun and Node: bundles for running, declarations for types. */
async function buildLibrary(outdir: string): Promise<void> {
  const fresh = `${outdir}.${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const folders = ["client/index", "client/in-page", "client/sync-worker", "discovery/index"];
  await bundle({
    entrypoints: folders.map((name) => join(ROOT, `src/${name}.ts`)),
    root: join(ROOT, "src"),
    outdir: fresh,
    target: "node",
    format: "esm",
    sourcemap: "linked",
  });
  await bundle({
    entrypoints: [join(ROOT, "src/launcher.ts")],
    root: join(ROOT, "src"),
    outdir: fresh,
    target: "node",
    format: "esm",
    banner: "#!/usr/bin/env node",
  });
  await declarations(fresh);
  rmSync(outdir, { recursive: true, force: true });
  renameSync(fresh, outdir);
}

/**
 * The client library as a package of its own, for `bun add` and `npm install`: it depends on nothing. `bun pm pack` makes
 * the same bytes of the same files, so that a lockfile holds from one build to the next.
 */
async function packLibrary(file: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "cideldill-package-"));
  try {
    for (const part of ["client", "discovery", "protocol"]) {
      cpSync(join(LIB, part), join(folder, part), { recursive: true });
    }
    copyFileSync(join(WEB_DIST, "debug-client.js"), join(folder, "client/browser.js"));
    copyFileSync(join(ROOT, "LICENSE"), join(folder, "LICENSE"));
    await Bun.write(join(folder, "package.json"), JSON.stringify(packageManifest(), null, 2));
    run([process.execPath, "pm", "pack", "--quiet", "--ignore-scripts", "--filename", file], folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function packageManifest() {
  const { name, version, description, license, type, engines } = manifest;
  const entry = (folder: string) => ({ types: `./${folder}/index.d.ts`, default: `./${folder}/index.js` });
  const { types, default: standard } = entry("client");
  const exports = {
    ".": { types, browser: "./client/in-page.js", default: standard },
    "./browser": { types: "./client/browser.d.ts", default: "./client/browser.js" },
    "./discovery": entry("discovery"),
    "./package.json": "./package.json",
  };
  return { name, version, description, license, type, engines, exports };
}

async function declarations(outdir: string): Promise<void> {
  run(
    [
      process.execPath,
      join(ROOT, "node_modules/typescript/bin/tsc"),
      ...["--noEmit", "false", "--declaration", "--emitDeclarationOnly", "--rewriteRelativeImportExtensions"],
      ...["--outDir", outdir, "--rootDir", join(ROOT, "src"), "-p", join(ROOT, "src/tsconfig.lib.json")],
    ],
    ROOT,
  );
}

function run(command: string[], cwd: string): void {
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { cwd, stdout: "pipe", stderr: "pipe" });
  if (exitCode !== 0) throw new Error(`${command.join(" ")} failed:\n${stdout}${stderr}`);
}

/** One executable: server, client resolver and pages. */
async function compile(outfile: string, target?: (typeof TARGETS)[number]): Promise<void> {
  await bundle({
    // A worker that is not listed silently never starts.
    entrypoints: [join(ROOT, "src/cli.ts"), join(ROOT, "src/client/sync-worker.ts")],
    // Names stay: functions of the demo are shown with their parameters.
    minify: { whitespace: true, syntax: true, identifiers: false },
    // Commands load what they need: with one bundle a start would evaluate everything.
    splitting: true,
    bytecode: target === undefined,
    format: "esm",
    compile: {
      ...(target ? { target } : {}),
      outfile,
      assets: [WEB_DIST],
      // What lies in the folder it is started from must change nothing.
      autoloadDotenv: false,
      autoloadBunfig: false,
      autoloadTsconfig: false,
      autoloadPackageJson: false,
    },
  });
}

async function bundle(config: Bun.BuildConfig): Promise<void> {
  const result = await Bun.build({ ...config, throw: false });
  if (!result.success) throw new Error(result.logs.map((log) => String(log)).join("\n"));
}

async function step(
  say: (line: string) => void,
  path: string,
  build: (path: string) => Promise<void>,
): Promise<void> {
  const start = performance.now();
  await build(path);
  const size =
    existsSync(path) && statSync(path).isFile()
      ? ` (${Math.ceil(statSync(path).size / 1e3).toLocaleString("en-US")} KB)`
      : "";
  say(`${relative(ROOT, path)}${size} in ${Math.round(performance.now() - start)} ms`);
}

if (import.meta.main) {
  await main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  });
}
