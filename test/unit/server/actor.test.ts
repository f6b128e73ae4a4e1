/** Who sends a request, as the header says it. */
import { expect, test } from "bun:test";
import { actorOf } from "../../../src/server/actor.ts";

const actor = (header?: string) =>
  actorOf({ headers: new Headers(header === undefined ? {} : { "x-cideldill-actor": header }) });

test.each<[string | undefined, object]>([
  ["person", { kind: "person" }],
  ["agent:Claude Code", { kind: "agent", name: "Claude Code" }],
  ["script:nightly:2", { kind: "script", name: "nightly:2" }],
  [undefined, { kind: "script" }],
  ["root", { kind: "script" }],
  ["rule:x", { kind: "script" }],
  ["agent:", { kind: "agent" }],
])("%p", (header, expected) => expect(actor(header)).toEqual(expected as never));

test("a name is bounded", () => expect(actor(`agent:${"x".repeat(500)}`).name).toHaveLength(100));
