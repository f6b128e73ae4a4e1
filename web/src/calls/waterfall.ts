/** Spans of a timeline as rows under each other: how deep each is, and where its bar lies. Pure. */
import type { TimelineSpan } from "../../../src/protocol/records.ts";

export interface Bar {
  readonly span: TimelineSpan;
  readonly depth: number;
  /** Left edge and width, as parts of the window (0 to 1). */
  readonly left: number;
  readonly width: number;
}

export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/** Depth counts callers within the window. A call that runs reaches to the end. */
export function bars(spans: readonly TimelineSpan[], { from, to }: TimeWindow): readonly Bar[] {
  const depths = new Map<string, number>();
  const range = Math.max(1e-9, to - from);
  return spans.map((span) => {
    const parent = span.parent_call_id === null ? undefined : depths.get(span.parent_call_id);
    const depth = parent === undefined ? 0 : parent + 1;
    depths.set(span.call_id, depth);
    const end = span.duration_ms === null ? to : span.started_at + span.duration_ms / 1000;
    const left = clamp((span.started_at - from) / range);
    return { span, depth, left, width: Math.max(0, clamp((end - from) / range) - left) };
  });
}

const clamp = (part: number) => Math.min(1, Math.max(0, part));

/** The window with its middle at `at` (a part of it) and `factor` times as wide. */
export function zoomed({ from, to }: TimeWindow, factor: number, at = 0.5): TimeWindow {
  const range = to - from;
  const next = Math.min(Math.max(range * factor, 1e-6), 366 * 86_400);
  const middle = from + range * at;
  return { from: middle - next * at, to: middle + next * (1 - at) };
}

const STEPS = [1, 2, 5];

/** Round times for the scale: at most `most` of them, as parts of the window with a text each. */
export function ticks({ from, to }: TimeWindow, most: number): readonly { at: number; text: string }[] {
  const range = to - from;
  if (!(range > 0)) return [];
  const rough = range / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (STEPS.find((each) => each * power >= rough) ?? 10) * power;
  // One at the very end would be cut off.
  const count = Math.floor((range * 0.94) / step);
  return Array.from({ length: count }, (_, index) => {
    const seconds = (index + 1) * step;
    return { at: seconds / range, text: spanText(seconds) };
  });
}

/** `+250 µs`, `+40 ms`, `+2 s`, `+3 min` */
function spanText(seconds: number): string {
  const tidy = (value: number) => String(Math.round(value * 100) / 100);
  if (seconds < 1e-3) return `+${tidy(seconds * 1e6)} µs`;
  if (seconds < 1) return `+${tidy(seconds * 1e3)} ms`;
  if (seconds < 120) return `+${tidy(seconds)} s`;
  return `+${tidy(seconds / 60)} min`;
}

/** The part of a window that has calls in it, with a margin; null when that is most of it. */
export function fitting(spans: readonly TimelineSpan[], { from, to }: TimeWindow): TimeWindow | null {
  const first = spans[0];
  if (!first) return null;
  let end = first.started_at;
  for (const { started_at, duration_ms } of spans)
    end = Math.max(end, duration_ms === null ? to : started_at + duration_ms / 1000);
  const margin = Math.max(0.001, (end - first.started_at) * 0.03);
  const fit = { from: first.started_at - margin, to: end + margin };
  return fit.to - fit.from < (to - from) * 0.7 ? fit : null;
}
