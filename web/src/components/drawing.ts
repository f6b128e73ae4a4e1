/** When what changed is drawn. Usually that is right after the code that changed it. */
import { options } from "preact";

let draw = (): void => {};
options.debounceRendering = (drawAll) => {
  draw = drawAll;
  queueMicrotask(drawAll);
};

/** Draws what was just changed: for who focuses something in it, or must see it gone. */
export const drawNow = (): void => draw();

/**
 * Runs something when the next frame is made. An effect alone may run before it: those of a component do when it is drawn
 * again.
 *
 * @returns What takes it back.
 */
export function afterFrame(run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(run);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

/**
 * Effects run before the next event from now on: the next key must find all in its place. At first they wait until the
 * picture is seen, which then comes the sooner.
 */
export function runEffectsAtOnce(): void {
  options.requestAnimationFrame = queueMicrotask;
}
