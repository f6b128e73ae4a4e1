/** A page that goes away in the middle of calls: what it had not told yet. */
import { describe, expect } from "bun:test";
import { newVisits, type Visit } from "./support/client-page.ts";
import { browserTest } from "./support/page.ts";

const visits = newVisits();

async function total(visit: Visit): Promise<number> {
  return ((await visit.api("GET", "/api/calls?limit=1")) as { total: number }).total;
}

describe("a page that goes away at once after its calls", () => {
  for (const how of ["navigates", "closes"])
    for (const size of [1, 500, 5_000]) {
      browserTest(`${how}: calls with ${size} characters`, async () => {
        const visit = await visits.open();
        await visit.page.evaluate(async () => {
          window.cideldill.withDebug("ON");
          await window.cideldill.withDebug(["first", async () => 1])();
          await new Promise((done) => setTimeout(done, 500));
        });
        const before = await total(visit);
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
        const count = async () => (await total(visit)) - before;
        for (let left = 40; left > 0 && (await count()) < 100; left--) await Bun.sleep(50);
        const lost = (
          (await visit.api("GET", "/api/com-errors")).errors as { error: string; count: number }[]
        )
          .filter(({ error }) => error === "CallsLost")
          .reduce((sum, error) => sum + error.count, 0);
        // Twice what a page may leave behind is told whole; of more than that it is said how much was lost.
        if (size < 1_000) expect(lost).toBe(0);
        expect((await count()) + lost).toBe(100);
      });
    }
});
