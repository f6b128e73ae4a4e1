/** The schemas of the live channel's frames say what its types say. Checked by the compiler. */
import { expectTypeOf, test } from "bun:test";
import type { Static } from "@sinclair/typebox";
import type * as schemas from "../../src/protocol/debuggee-frame-schemas.ts";
import type * as frames from "../../src/protocol/debuggee-frames.ts";

test("frames of clients", () => {
  expectTypeOf<Static<typeof schemas.HelloFrame>>().toEqualTypeOf<frames.HelloFrame>();
  expectTypeOf<Static<typeof schemas.FunctionsFrame>>().toEqualTypeOf<frames.FunctionsFrame>();
  expectTypeOf<Static<typeof schemas.CallsFrame>>().toEqualTypeOf<frames.CallsFrame>();
  expectTypeOf<Static<typeof schemas.WholeCallRow>>().toExtend<frames.CallRow>();
  expectTypeOf<Static<typeof schemas.AskFrame>>().toEqualTypeOf<frames.AskFrame>();
  expectTypeOf<Static<typeof schemas.EndFrame>>().toEqualTypeOf<frames.EndFrame>();
  expectTypeOf<Static<typeof schemas.EvaluatedFrame>>().toEqualTypeOf<frames.EvaluatedFrame>();
  expectTypeOf<Static<typeof schemas.AppliedFrame>>().toEqualTypeOf<frames.AppliedFrame>();
  expectTypeOf<Static<typeof schemas.PingFrame>>().toEqualTypeOf<frames.PingFrame>();
  expectTypeOf<Static<typeof schemas.ByeFrame>>().toEqualTypeOf<frames.ByeFrame>();
});

test("frames of servers", () => {
  expectTypeOf<Static<typeof schemas.WelcomeFrame>>().toEqualTypeOf<frames.WelcomeFrame>();
  expectTypeOf<Static<typeof schemas.PolicyFrame>>().toEqualTypeOf<frames.PolicyFrame>();
  expectTypeOf<Static<typeof schemas.AckFrame>>().toEqualTypeOf<frames.AckFrame>();
  expectTypeOf<Static<typeof schemas.PausedFrame>>().toEqualTypeOf<frames.PausedFrame>();
  expectTypeOf<Static<typeof schemas.DecisionFrame>>().toEqualTypeOf<frames.DecisionFrame>();
  expectTypeOf<Static<typeof schemas.EndedFrame>>().toEqualTypeOf<frames.EndedFrame>();
  expectTypeOf<Static<typeof schemas.EvaluateFrame>>().toEqualTypeOf<frames.EvaluateFrame>();
  expectTypeOf<Static<typeof schemas.RefusedFrame>>().toEqualTypeOf<frames.RefusedFrame>();
});
