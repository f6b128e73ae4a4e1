/** Does what a key stands for in the element that has the focus, and nothing else with it. Chords are left to others. */
export function runKey(event: KeyboardEvent, steps: ReadonlyMap<string, () => void>): void {
  const run = steps.get(event.key);
  if (!run || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  run();
}
