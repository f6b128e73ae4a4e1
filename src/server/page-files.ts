/** The built pages as an application of exact routes, one a file, so that no path can lead out of the folder. */
import { staticPlugin } from "@elysiajs/static";
import { Elysia } from "elysia";

const read = new Map<string, Promise<Elysia>>();

/** Reads the folder the first time; the addresses of both families ask for the same one. */
export function pageFiles(webRoot: string): Promise<Elysia> {
  let files = read.get(webRoot);
  if (!files) {
    files = filesOf(webRoot);
    read.set(webRoot, files);
  }
  return files;
}

async function filesOf(webRoot: string): Promise<Elysia> {
  const files = await staticPlugin({ assets: webRoot, prefix: "/", alwaysStatic: true, silent: true });
  return new Elysia().use(files) as unknown as Elysia;
}
