/** Started in a folder that somebody else has filled. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findFreePort } from "../../src/discovery/index.ts";
import { health, pausedCall, release } from "./api.ts";
import { binaryPlace } from "./binary.ts";
import type { Place } from "./place.ts";

setDefaultTimeout(60_000);

/** Files that Bun, started there, would read or run; running any of them leaves a file `ran`. */
function plant(place: Place, evilPort: number): void {
  const write = (name: string, content: string | object) =>
    writeFileSync(join(place.cwd, name), typeof content === "string" ? content : JSON.stringify(content));
  const marker = join(place.folder, "ran");
  const evil = `require("node:fs").appendFileSync(${JSON.stringify(marker)}, process.argv.join(" ") + "\\n");`;
  const settings = [
    `PORT=${evilPort}`,
    `BUN_PORT=${evilPort}`,
    `NODE_PORT=${evilPort}`,
    `CIDELDILL_HOME=${join(place.folder, "evil-home")}`,
    `CIDELDILL_PORT_FILE=${join(place.folder, "evil-port")}`,
    `CIDELDILL_SERVER_URL=http://localhost:${evilPort}`,
    "FORCE_COLOR=1",
    "BUN_OPTIONS=--preload=./evil.js",
  ].join("\n");
  for (const name of [".env", ".env.local", ".env.production", ".env.development"]) write(name, settings);
  write("evil.js", evil);
  write("bunfig.toml", 'preload = ["./evil.js"]\n[run]\nbun = true\n[test]\npreload = ["./evil.js"]\n');
  write("package.json", {
    name: "evil",
    type: "commonjs",
    main: "./evil.js",
    imports: { "#*": "./evil.js" },
    browser: { elysia: "./evil.js" },
    scripts: { serve: "node evil.js", prestart: "node evil.js" },
    trustedDependencies: ["evil"],
  });
  write("tsconfig.json", {
    compilerOptions: {
      paths: { "*": ["./evil.js"], elysia: ["./evil.js"] },
      jsxImportSource: "./evil",
      baseUrl: ".",
    },
  });
  for (const name of ["index.ts", "cli.ts", "sync-worker.js", "sync-worker.ts", "serve", "index.html"]) {
    write(name, evil);
  }
  for (const folder of [
    "dist",
    "web/dist",
    "client",
    "src/client",
    "node_modules/elysia",
    "node_modules/cideldill/src/client",
  ]) {
    mkdirSync(join(place.cwd, folder), { recursive: true });
    for (const name of ["index.js", "index.html", "sync-worker.js"]) write(join(folder, name), evil);
  }
}

test("case 21: a hostile .env, bunfig.toml, package.json and tsconfig.json change nothing and run nothing", async () => {
  await using place = binaryPlace();
  const evilPort = await findFreePort();
  const port = await findFreePort();
  plant(place, evilPort);
  const server = await place.serve(["--port", String(port)]);
  expect(server.port).toBe(port);
  expect(server.port_file).toBe(place.portFile);
  expect(server.db).toBe(join(place.home, ".cideldill/cideldill.db"));
  expect(readFileSync(place.portFile, "utf8")).toBe(String(port));

  const page = await (await fetch(`${server.url}/`)).text();
  expect(page).toContain("<!doctype html>");
  expect(page).not.toContain("appendFileSync");

  expect(await place.run(["port"])).toEqual({ code: 0, stdout: `${port}\n`, stderr: "" });
  expect((await place.run(["list"])).stdout).not.toContain("\u001b");
  expect((await place.run(["stop"])).code).toBe(0);
  expect(existsSync(join(place.folder, "ran"))).toBe(false);
  expect(existsSync(join(place.folder, "evil-home"))).toBe(false);
  expect(existsSync(join(place.folder, "evil-port"))).toBe(false);
});

test("case 21: PORT in the environment changes nothing", async () => {
  await using place = binaryPlace();
  const evilPort = await findFreePort();
  const env = { PORT: String(evilPort), BUN_PORT: String(evilPort), NODE_PORT: String(evilPort) };
  const port = await findFreePort();
  const asked = await place.serve(["--port", String(port)], { env });
  expect(asked.port).toBe(port);
  const any = await place.serve(["--port", "0"], { env });
  expect([port, evilPort]).not.toContain(any.port);
});

test("case 21: the demo, its program and its helper thread run nothing from a hostile folder", async () => {
  await using place = binaryPlace();
  plant(place, await findFreePort());
  const demo = place.start(["demo", "--no-browser", "--iterations", "1", "--port", "0"]);
  const [, port] = await demo.printed(/ready on port (\d+)/);
  const url = `http://localhost:${port}`;
  expect((await health(url)).service).toBe("cideldill");
  for (const name of ["sequence_fn", "announce_fn", "delay_fn"]) {
    await release(url, (await pausedCall(url, name)).id);
  }
  expect(await demo.finished()).toMatchObject({ code: 0, stderr: "" });
  expect(existsSync(join(place.folder, "ran"))).toBe(false);
});
