/** A page that goes away in the middle of calls: what it had not told yet. */
import { describe, expect } from "bun:test";
import { newVisits, type Visit } from "./support/client-page.ts";
import { browserTest, eventually } from "./support/page.ts";

const visits = newVisits();

async function total(visit: Visit): Promise<number> {
  return ((await visit.api("GET", "/api/calls?limit=1")) as { total: number }).total;
}

async function lost(visit: Visit): Promise<number> {
  const { errors } = (await visit.api("GET", "/api/com-errors")) as {
    errors: { error: string; count: number }[];
  };
  return errors.filter(({ error }) => error === "CallsLost").reduce((sum, error) => sum + error.count, 0);
}

describe("a page that goes away at once after its calls", () => {
  for (const how of ["navigates", "closes"])
    for (const size of [1, 500, 5_000]) {
      browserTest(`${how}: calls with ${size} characters`, async () => {
        const visit = await visits.open();
        await visit.page.evaluate(async () => {
          window.cideldill.withDebug("ON");
          await window.cideldill.withDebug(["first", async () => 1])();
        });
        await eventually(() => total(visit), 1);
        await visit.page
          .evaluate(
            ([kind, length]) => {
              const work = window.cideldill.withDebug([
                "work",
                async (n: number, text: string) => n + text.length,
              ]);
              for (let n = 0; n < 100; n++) void work(n, String(n).padEnd(length));
              if (kind === "navigates") location.href = "about:blank";
            },
            [how, size] as [string, number],
          )
          .catch(() => {});
        if (how === "closes") await visit.page.close();
        // Chromium may never end a page that is closed on its way to the next one.
        else await visit.page.waitForURL("about:blank");
        // Twice what a page may leave behind is told whole; of more than that it is said how much was lost.
        await eventually(async () => (await total(visit)) - 1 + (await lost(visit)), 100);
        if (size < 1_000) expect(await lost(visit)).toBe(0);
      });
    }
});
