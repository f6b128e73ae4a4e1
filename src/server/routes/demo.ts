/** `/api/demo`: what the button of the empty page does. It controls, so only our own page and programs may. */
import { Elysia, t } from "elysia";
import { DemoState } from "../../protocol/demo.ts";
import type { ServerContext } from "../context.ts";
import { Refusal } from "../engine/refusal.ts";
import { answers, detail } from "./docs.ts";

export const demoRoutes = ({ demo }: ServerContext) =>
  new Elysia({ name: "demo" })
    .get("/api/demo", () => demo.state, {
      response: answers(DemoState),
      ...detail("server", "Whether the demo can be started, and whether it runs"),
    })
    .post(
      "/api/demo",
      () => {
        if (!demo.start()) {
          throw new Refusal(
            "not_found",
            'This server cannot start the demo: it runs inside another program. Run "cideldill demo" in a terminal.',
          );
        }
        return demo.state;
      },
      {
        body: t.Object({}),
        response: answers(DemoState, 400, 404, 415),
        ...detail(
          "server",
          "Start the demo",
          "A small program that counts, paused at its first call. One runs at a time.",
        ),
      },
    );
