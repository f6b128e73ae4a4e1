/** Removes call sites that no call has any more. */
import type { Tables } from "./tables.ts";

/** Calls that one step looks through, and sites that it removes. */
const STEP = 16_384;

/** @returns How many. */
export async function removeSites(tables: Tables): Promise<number> {
  const { db, calls } = tables;
  // The newest stays, for its number must not be given again: readers hold sites by their numbers.
  const last = (db.query<{ id: number | null }, []>("SELECT max(id) AS id FROM sites").get()?.id ?? 0) - 1;
  const used = new Set<number>();
  const look = db.query<{ site: number }, [number, number]>(
    "SELECT DISTINCT site FROM calls WHERE id BETWEEN ? AND ? AND site IS NOT NULL",
  );
  const note = (from: number, to: number) => {
    for (const { site } of look.all(from, to)) used.add(site);
  };
  let next = 1;
  for (; next + STEP <= calls.newest(); next += STEP) {
    note(next, next + STEP - 1);
    await Bun.sleep(0);
  }
  let removed = 0;
  for (let from = 1; from <= last; from += STEP) {
    removed += tables.transaction(() => {
      // What was written meanwhile, by this server or another.
      note(next, calls.newest());
      const remove = db.query<unknown, [number]>("DELETE FROM sites WHERE id = ?");
      const unused = db
        .query<{ id: number }, [number, number]>("SELECT id FROM sites WHERE id BETWEEN ? AND ?")
        .all(from, Math.min(last, from + STEP - 1))
        .filter(({ id }) => !used.has(id));
      for (const { id } of unused) remove.run(id);
      // Whoever holds numbers of sites looks them up again.
      if (unused.length > 0) tables.addTo("era", 1);
      return unused.length;
    });
    await Bun.sleep(0);
  }
  return removed;
}
