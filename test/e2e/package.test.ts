/** With nothing but the executable: a program gets the library from the server it is to talk to. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pausedCall, post, release } from "./api.ts";
import { binaryPlace } from "./binary.ts";
import type { Place } from "./place.ts";
import { inRepository } from "./source.ts";

setDefaultTimeout(60_000);

const PROGRAM = `
import { withDebug } from "cideldill";
import { readPortFile } from "cideldill/discovery";
withDebug("ON");
const charge = withDebug(["charge", (order: string, amount: number): string => \`charged \${order}: \${amount}\`]);
const printed: string = charge("A-1042", 249.9);
console.log(printed, typeof readPortFile);
`;

/** Whatever a person's machine has, an install here leaves nothing outside, and asks no registry: there is nothing to ask for. */
const alone = (place: Place) => ({
  BUN_INSTALL_CACHE_DIR: join(place.folder, "cache"),
  npm_config_cache: join(place.folder, "cache"),
  npm_config_registry: "http://127.0.0.1:9/",
  BUN_CONFIG_REGISTRY: "http://127.0.0.1:9/",
});

async function ran(place: Place, command: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await place.spawn(command, { env: alone(place) }).finished();
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}

const installs = {
  "bun add": (url: string) => [process.execPath, "add", url],
  "npm install": (url: string) => ["npm", "install", "--no-audit", "--no-fund", url],
};
const runs = {
  "bun add": [process.execPath, "program.ts"],
  "npm install": ["node", "program.mjs"],
};

/** Makes a package of the folder, with the library of the server in it. */
async function install(place: Place, url: string, how: keyof typeof installs): Promise<void> {
  writeFileSync(join(place.cwd, "package.json"), '{ "name": "mine", "private": true, "type": "module" }');
  await ran(place, installs[how](`${url}/cideldill.tgz`));
}

for (const how of ["bun add", "npm install"] as const) {
  // A machine may have Bun alone.
  test.skipIf(Bun.which(how.split(" ")[0] ?? "") === null)(
    `${how} <server>/cideldill.tgz, and the program pauses`,
    async () => {
      await using place = binaryPlace();
      const { url } = await place.serve();
      await install(place, url, how);

      writeFileSync(join(place.cwd, "program.ts"), PROGRAM);
      const javascript = new Bun.Transpiler({ loader: "ts" }).transformSync(PROGRAM);
      writeFileSync(join(place.cwd, "program.mjs"), javascript);
      await post(`${url}/api/breakpoints`, { function_name: "charge", behavior: "stop" });
      const program = place.spawn(runs[how]);
      const { id } = await pausedCall(url, "charge");
      await release(url, id, { action: "modify", modified_args: ["A-1042", 24.99] });
      const { code, stdout } = await program.finished();
      expect(stdout).toBe("charged A-1042: 24.99 function\n");
      expect(code).toBe(0);
    },
  );
}

test("bundled for a page under its own name it says where the client for pages is", async () => {
  await using place = binaryPlace();
  const { url } = await place.serve();
  await install(place, url, "bun add");
  writeFileSync(
    join(place.cwd, "page.js"),
    'import { withDebug } from "cideldill";\ntry { withDebug("ON"); } catch (error) { console.log(error.message); }\n',
  );
  await ran(place, [process.execPath, "build", "page.js", "--target", "browser", "--outfile", "bundle.js"]);
  expect(await ran(place, [process.execPath, "bundle.js"])).toContain('from "cideldill/browser"');
});

test("its types are whole: a strict program compiles, with nothing skipped", async () => {
  await using place = binaryPlace();
  const { url } = await place.serve();
  await install(place, url, "bun add");
  writeFileSync(
    join(place.cwd, "program.ts"),
    `${PROGRAM}\nimport { withDebug as wrapInPages } from "cideldill/browser";\nexport const inPages: typeof wrapInPages = wrapInPages;\n`,
  );
  const compilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: false, module: "nodenext", target: "es2023" },
    ...{ lib: ["es2024", "dom", "dom.iterable"], types: ["node"] },
    typeRoots: [inRepository("node_modules/@types")],
  };
  writeFileSync(join(place.cwd, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
  expect(
    await ran(place, [process.execPath, inRepository("node_modules/typescript/bin/tsc"), "-p", "."]),
  ).toBe("");
});
