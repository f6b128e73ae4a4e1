/**
 * Bundles the pages into one folder: the UI with hashed names, and the API documentation with Swagger UI beside it, so
 * that it opens without a network. Nothing inline is emitted: the server allows no inline script or style.
 */
import { watch as watchFolder } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

export interface WebBuildOptions {
  /** Folder to fill. Files of earlier builds that nothing refers to any more are removed. */
  outdir: string;
  /** Default true. */
  minify?: boolean;
  /** Builds again when a source changes, until the process ends. */
  watch?: boolean;
}

const WEB = import.meta.dir;

/** @throws An error that names the file and line when the sources do not compile. */
export async function buildWeb({ outdir, minify = true, watch = false }: WebBuildOptions): Promise<void> {
  await copyDocs(outdir);
  await bundle(outdir, minify);
  if (watch) rebuildOnChange(outdir, minify);
}

/** What the pages are made of. */
const SOURCES = ["index.html", "build.ts", "src", "docs", "../src/protocol", "../bun.lock"];

/** Whether a source is newer than the pages. */
export async function isWebStale(outdir: string): Promise<boolean> {
  const built = await changedAt(join(outdir, "index.html")).catch(() => 0);
  for (const source of SOURCES) {
    const path = join(WEB, source);
    const within = (await stat(path)).isDirectory() ? await readdir(path, { recursive: true }) : [];
    for (const name of [".", ...within]) if ((await changedAt(join(path, name))) >= built) return true;
  }
  return false;
}

const changedAt = async (path: string): Promise<number> => (await stat(path)).mtimeMs;

async function bundle(outdir: string, minify: boolean): Promise<void> {
  const result = await Bun.build({
    entrypoints: [join(WEB, "index.html")],
    target: "browser",
    minify,
    sourcemap: "none",
    // What is not needed at first (the editor, the colours of source code) is loaded when it is.
    splitting: true,
    // What libraries check for their users in development is left out, whatever NODE_ENV says here.
    define: { "process.env.NODE_ENV": '"production"' },
    jsx: { runtime: "automatic", importSource: "preact", development: false },
    naming: { asset: "[name]-[hash].[ext]", chunk: "[name]-[hash].[ext]", entry: "[name].[ext]" },
  });
  await mkdir(outdir, { recursive: true });
  const early = await putEarly(outdir, minify);
  // The page itself comes last, and always: what it refers to is there by then, and its age is that of the build.
  const outputs = result.outputs.toSorted((a, b) => Number(isPage(a.path)) - Number(isPage(b.path)));
  for (const output of outputs) {
    const [path, text] = [join(outdir, basename(output.path)), await output.text()];
    if (isPage(path)) await replace(path, withEarly(text, early));
    else await put(path, text);
  }
  const names = new Set([early, ...outputs.map((output) => basename(output.path))]);
  for (const name of await readdir(outdir)) {
    if (/^[\w.-]+-[a-z0-9]{8}\.(js|css|svg)$/.test(name) && !names.has(name))
      await rm(join(outdir, name), { force: true });
  }
}

const isPage = (path: string): boolean => path.endsWith(".html");

/** The script that runs first (src/early.ts): in one with the rest it would wait for the rest. */
async function putEarly(outdir: string, minify: boolean): Promise<string> {
  const { outputs } = await Bun.build({
    entrypoints: [join(WEB, "src/early.ts")],
    target: "browser",
    format: "iife",
    minify,
    naming: { entry: "[name]-[hash].[ext]" },
  });
  const [script] = outputs;
  if (!script) throw new Error("src/early.ts gave no script");
  const name = basename(script.path);
  await put(join(outdir, name), await script.text());
  return name;
}

/** Before all that is waited for. */
const withEarly = (page: string, name: string): string =>
  page.replace(/<link rel="stylesheet"/, `<script src="./${name}"></script>$&`);

async function copyDocs(outdir: string): Promise<void> {
  const docs = join(outdir, "docs");
  await mkdir(docs, { recursive: true });
  const swagger = dirname(Bun.resolveSync("swagger-ui-dist/package.json", WEB));
  const script = await Bun.file(join(swagger, "swagger-ui-bundle.js")).text();
  // Its source map is not shipped; the reference would be a 404 in every developer tools window.
  await put(join(docs, "swagger-ui-bundle.js"), script.replace(/\n?\/\/# sourceMappingURL=\S+\s*$/, "\n"));
  const style = await Bun.file(join(swagger, "swagger-ui.css")).text();
  await put(join(docs, "swagger-ui.css"), style.replace(/\n?\/\*# sourceMappingURL=\S+ ?\*\/\s*$/, "\n"));
  for (const name of ["index.html", "init.js", "docs.css"]) {
    await put(join(docs, name), await Bun.file(join(WEB, "docs", name)).text());
  }
}

/** What is the same stays untouched. */
async function put(path: string, text: string): Promise<void> {
  const file = Bun.file(path);
  if (!(await file.exists()) || (await file.text()) !== text) await replace(path, text);
}

/** Whole or not at all: a server may be handing out this very folder. */
async function replace(path: string, text: string): Promise<void> {
  const half = `${path}.${process.pid}.half`;
  await Bun.write(half, text);
  await rename(half, path);
}

/** Several files change at once when an editor saves: they are one build. */
const SETTLE_MS = 80;

function rebuildOnChange(outdir: string, minify: boolean): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const build = () => {
    Promise.all([copyDocs(outdir), bundle(outdir, minify)]).catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
    });
  };
  for (const folder of ["src", "docs"]) {
    watchFolder(join(WEB, folder), { recursive: true }, () => {
      clearTimeout(timer);
      timer = setTimeout(build, SETTLE_MS);
    });
  }
}
