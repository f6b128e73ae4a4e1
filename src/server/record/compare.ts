/** Two calls, or two values, side by side. */
import type { CallDiff } from "../../protocol/comparisons.ts";
import { own } from "../own-property.ts";
import type { ReadStore, StoredCall } from "../store/store.ts";
import { prettyOf } from "../values/index.ts";
import { dataOf } from "./detail.ts";
import { type Difference, diffOf } from "./diff.ts";
import { errorOf } from "./history.ts";
import { statusName } from "./names.ts";
import { summaryOf } from "./summary.ts";

/** Larger values are compared by their CIDs alone. */
const COMPARED_BYTES = 1_000_000;

export function callDiff(store: ReadStore, a: StoredCall, b: StoredCall): CallDiff {
  const comparison = new Comparison(store);
  comparison.differ("function", store.functionName(a.functionId), store.functionName(b.functionId));
  comparison.differ("status", statusName(store, a), statusName(store, b));
  comparison.values("target", a.target, b.target);
  comparison.lists("args", a.args, b.args);
  comparison.named("kwargs", kwargsOf(a), kwargsOf(b));
  comparison.values("result", a.error === null ? a.outcome : null, b.error === null ? b.outcome : null);
  const [thrownA, thrownB] = [errorOf(store, a), errorOf(store, b)];
  if (thrownA || thrownB)
    comparison.differ(
      "exception",
      thrownA && { type: thrownA.type, message: thrownA.message },
      thrownB && { type: thrownB.type, message: thrownB.message },
    );
  const { changes, cut } = comparison;
  return { a: summaryOf(store, a), b: summaryOf(store, b), same: changes.length === 0 && !cut, changes, cut };
}

export function valueDiff(store: ReadStore, a: number, b: number): Difference {
  const comparison = new Comparison(store);
  comparison.values("", a, b);
  return comparison;
}

class Comparison implements Difference {
  readonly changes: Difference["changes"] = [];
  cut = false;
  readonly #store: ReadStore;

  constructor(store: ReadStore) {
    this.#store = store;
  }

  differ(name: string, a: unknown, b: unknown): void {
    const found = diffOf(a, b, name === "" ? [] : [name]);
    this.changes.push(...found.changes);
    this.cut ||= found.cut;
  }

  values(name: string, a: number | null, b: number | null): void {
    if (a !== b) this.differ(name, this.#json(a), this.#json(b));
  }

  lists(name: string, a: readonly number[], b: readonly number[]): void {
    this.differ(
      name,
      a.map((id, index) => (id === b[index] ? SAME : this.#json(id))),
      b.map((id, index) => (id === a[index] ? SAME : this.#json(id))),
    );
  }

  named(name: string, a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): void {
    const json = (map: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>) => {
      const record: Record<string, unknown> = {};
      for (const [key, id] of map) own(record, key, other.get(key) === id ? SAME : this.#json(id));
      return record;
    };
    this.differ(name, json(a, b), json(b, a));
  }

  #json(id: number | null): unknown {
    const payload = id === null ? null : this.#store.payload(id);
    if (!payload) return null;
    if (payload.size > COMPARED_BYTES) {
      this.cut = true;
      return `<${payload.size.toLocaleString("en-US")} bytes, CID ${payload.cid.slice(0, 12)}>`;
    }
    if (payload.format === "dill") return prettyOf("dill", payload.bytes);
    try {
      return JSON.parse(dataOf(payload));
    } catch {
      return dataOf(payload);
    }
  }
}

/** Stands for values with the same CID: they need not be read. */
const SAME = "same";

const kwargsOf = (call: StoredCall): Map<string, number> =>
  new Map(Object.entries(call.extra?.kwargs ?? {}).map(([name, [id]]) => [name, id]));
