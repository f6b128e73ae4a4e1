/** What a bundler for pages takes for `cideldill` has its names, so that the message is seen and not a bundler's. */
import { expect, test } from "bun:test";
import * as inPage from "../../../src/client/in-page.ts";
import * as index from "../../../src/client/index.ts";

test("it has every name of the client, and each says where to go", () => {
  expect(Object.keys(inPage).sort()).toEqual(Object.keys(index).sort());
  for (const name of Object.values(inPage)) expect(name).toThrow('from "cideldill/browser"');
});
