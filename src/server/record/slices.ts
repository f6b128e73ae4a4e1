/** Long readings in slices, between which the server answers others; a reading that nobody waits for any more ends. */
const SLICE_MS = 15;

export async function* inSlices<T>(pieces: Iterable<T>, signal?: AbortSignal): AsyncGenerator<T> {
  let pause = performance.now() + SLICE_MS;
  for (const piece of pieces) {
    if (performance.now() >= pause) {
      await Bun.sleep(0);
      pause = performance.now() + SLICE_MS;
    }
    if (signal?.aborted) return;
    yield piece;
  }
}
