/** Stacks as text become call sites here: away from the program's thread, and once for each place. */
import type { StackFrame } from "../../protocol/calls.ts";
import { parseStack } from "../core/call-site.ts";

/** A frame as its source has it; `null` for one that is to be hidden. */
export type MapFrame = (frame: StackFrame) => StackFrame | null;

const MOST_KNOWN = 5_000;

export class Sites {
  readonly #known = new Map<string, string>();
  readonly #map: MapFrame | null;

  /** `map` finds places in sources. */
  constructor(map: MapFrame | null) {
    this.#map = map;
  }

  /** The frames of a stack, as JSON. */
  framesOf(stack: string): string {
    const known = this.#known.get(stack);
    if (known !== undefined) return known;
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    const frames = parseStack(stack);
    const map = this.#map;
    const json = JSON.stringify(map ? frames.flatMap((frame) => map(frame) ?? []) : frames);
    this.#known.set(stack, json);
    return json;
  }

  /** New sites of a batch, `[ref, stack]` separated by commas, as JSON with frames in place of stacks. */
  written(raw: string): string {
    if (raw === "") return "";
    const sites = JSON.parse(`[${raw}]`) as [number, string][];
    return sites.map(([ref, stack]) => `[${ref},${this.framesOf(stack)}]`).join(",");
  }
}
