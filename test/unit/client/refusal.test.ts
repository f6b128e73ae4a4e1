/** What a page is told when the browser refuses, and the SHA-512 it has when the browser offers none. */
import { describe, expect, test } from "bun:test";
import { type PageAddress, remedyFor } from "../../../src/client/refusal.ts";
import { sha512 } from "../../../src/client/transports/sha512.ts";
import { syncXhr } from "../../../src/client/transports/xhr.ts";
import { sha512 as reference } from "./support/scripted-server.ts";

const SERVER = "http://localhost:5174";
const page = (address: string): PageAddress => new URL(address);

describe("the remedy", () => {
  const cases: [string, PageAddress, boolean | null, string][] = [
    [
      "a page of this machine, nothing there",
      page("http://localhost:3000/"),
      false,
      'Start it with "cideldill"',
    ],
    [
      "not known whether anything is there",
      page("http://127.0.0.1:3000/"),
      null,
      'Start it with "cideldill"',
    ],
    [
      "another origin, something there",
      page("http://app.example/"),
      true,
      "(CORS): start the server with: cideldill --allow-origin http://app.example",
    ],
    [
      "a secure page",
      page("https://app.example/"),
      false,
      "(mixed content): open the page over http://localhost",
    ],
    ["a secure page, and it is CORS", page("https://app.example/"), true, "(CORS)"],
    [
      "a page of the network",
      page("http://10.0.0.7:8080/"),
      false,
      "(local network access): allow it in the site's settings",
    ],
    ["a file", { protocol: "file:", hostname: "", origin: "null" }, true, "serve it"],
    ["no page at all", { protocol: "", hostname: "", origin: "" }, null, 'Start it with "cideldill"'],
  ];
  for (const [what, address, isThere, expected] of cases) {
    test(what, () => expect(remedyFor(SERVER, address, isThere)).toContain(expected));
  }
});

test("the page's own SHA-512 is SHA-512", () => {
  const texts = [
    "",
    "abc",
    "é\u{1f600}\ud800",
    ...[55, 110, 111, 112, 127, 128, 129, 255, 256, 5_000].map((n) => "x".repeat(n)),
  ];
  for (const text of texts) expect(sha512(text)).toBe(reference(text));
});

test("where there is no page, there is no waiting", () => {
  const never = (): never => {
    throw new Error("asked");
  };
  expect(syncXhr({ resolveUrl: never, verify: never, remedy: never })).toBeNull();
});
