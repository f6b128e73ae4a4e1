/** docs/protocol.md says of the live channel's frames what their schemas say. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TSchema } from "@sinclair/typebox";
import { CLIENT_FRAMES, RefusedFrame, SERVER_FRAMES } from "../../src/protocol/debuggee-frame-schemas.ts";
import { CLOSE } from "../../src/protocol/debuggee-frames.ts";

const page = readFileSync(join(import.meta.dir, "../../docs/protocol.md"), "utf8");
const section = page.split("## The live channel")[1]?.split("\n## ")[0] ?? "";

/** Fields of the frames in the table after a line, `name?` where one may be left out. */
function described(before: string): Map<string, string[]> {
  const table = section.split(before)[1]?.split("\n\n")[1] ?? "";
  const frames = new Map<string, string[]>();
  for (const line of table.split("\n").slice(2)) {
    const [, names = "", fields = ""] = line.split("|");
    for (const name of quoted(names)) frames.set(name, quoted(fields));
  }
  return frames;
}

const quoted = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "");

function fieldsOf(schema: TSchema): string[] {
  const { properties, required } = schema as unknown as {
    properties: Record<string, TSchema>;
    required?: string[];
  };
  return Object.keys(properties)
    .filter((name) => name !== "t")
    .map((name) => (required?.includes(name) ? name : `${name}?`));
}

describe.each<[string, Record<string, TSchema>]>([
  ["From the client:", CLIENT_FRAMES],
  ["From the server:", SERVER_FRAMES],
])("%s", (before, schemas) => {
  test("every frame, with its fields", () => {
    const expected = Object.entries(schemas).map(([name, schema]) => [name, fieldsOf(schema)] as const);
    expect(described(before)).toEqual(new Map(expected));
  });
});

test("every reason to refuse a frame, and every code a connection is closed with", () => {
  const errors = RefusedFrame.properties.error as unknown as { anyOf: { const: string }[] };
  for (const { const: error } of errors.anyOf) expect(section).toContain(`\`${error}\``);
  for (const code of Object.values(CLOSE)) expect(section).toContain(String(code));
});
