/** How the first lines a person sees name the program that wrote them. */
import { expect, test } from "bun:test";
import { typedAs } from "../../../src/commands/banner.ts";

test.each([
  [{}, "cideldill"],
  [{ npm_lifecycle_event: "dev" }, "cideldill"],
  [{ npm_lifecycle_event: "start", npm_execpath: "/usr/lib/node_modules/bun/bin/bun.exe" }, "bun start"],
  [
    { npm_lifecycle_event: "start", npm_execpath: "/usr/lib/node_modules/npm/bin/npm-cli.js" },
    `npx --yes bun@${Bun.version} start`,
  ],
])("%j: %s", (env, typed) => {
  expect(typedAs(env)).toBe(typed);
});
