/**
 * The engine's own timers and clocks, as they are when the library is loaded. A program may put others in their place
 * (the fake timers of a test): those must not see ours, and must not stop them.
 */
export const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;

/** Unix time in ms. */
export const wallClock = Date.now;

/** Ms since the program began; never goes back. */
export const stopwatch = (): number => now.call(performance);

const { performance } = globalThis;
const { now } = performance;
