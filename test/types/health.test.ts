/** The schema of a health answer says what its type says. Checked by the compiler. */
import { expectTypeOf, test } from "bun:test";
import type { Static } from "@sinclair/typebox";
import type { Health } from "../../src/protocol/health.ts";
import type * as schema from "../../src/protocol/health-schema.ts";

test("a health answer", () => {
  expectTypeOf<Static<typeof schema.Health>>().toEqualTypeOf<Health>();
});
