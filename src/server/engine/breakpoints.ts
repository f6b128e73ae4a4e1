/** The breakpoints and the global behavior: what is set, not what happens. */
import type { AfterBehavior, Behavior, BreakpointList, GlobalBehavior } from "../../protocol/breakpoints.ts";
import { own } from "../own-property.ts";
import { Refusal } from "./refusal.ts";

export interface Breakpoint {
  behavior: Behavior;
  afterBehavior: AfterBehavior;
  /** Name of the function that runs instead, or null. */
  replacement: string | null;
}

export class Breakpoints {
  readonly #byName = new Map<string, Breakpoint>();
  global: GlobalBehavior;

  constructor(global: GlobalBehavior) {
    this.global = global;
  }

  get(name: string): Breakpoint | undefined {
    return this.#byName.get(name);
  }

  /** The breakpoint of that name, created with `yield` on both sides when there is none. */
  ensure(name: string): { breakpoint: Breakpoint; added: boolean } {
    const existing = this.#byName.get(name);
    if (existing) return { breakpoint: existing, added: false };
    const breakpoint: Breakpoint = { behavior: "yield", afterBehavior: "yield", replacement: null };
    this.#byName.set(name, breakpoint);
    return { breakpoint, added: true };
  }

  require(name: string): Breakpoint {
    const breakpoint = this.#byName.get(name);
    if (breakpoint) return breakpoint;
    throw new Refusal(
      "breakpoint_not_found",
      `There is no breakpoint on ${JSON.stringify(name)}. Add it with POST /api/breakpoints, or see GET /api/breakpoints for those there are.`,
    );
  }

  remove(name: string): boolean {
    return this.#byName.delete(name);
  }

  entries(): IterableIterator<[string, Breakpoint]> {
    return this.#byName.entries();
  }

  list(): BreakpointList {
    const list: BreakpointList = {
      breakpoints: [],
      breakpoint_behaviors: {},
      breakpoint_after_behaviors: {},
      breakpoint_replacements: {},
    };
    for (const [name, { behavior, afterBehavior, replacement }] of this.#byName) {
      list.breakpoints.push(name);
      own(list.breakpoint_behaviors, name, behavior);
      own(list.breakpoint_after_behaviors, name, afterBehavior);
      if (replacement !== null) own(list.breakpoint_replacements, name, replacement);
    }
    return list;
  }
}
