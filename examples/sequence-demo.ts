/**
 * Counts, announces each number and waits: a small program to try breakpoints on.
 *
 *   cideldill                                          in one terminal
 *   bun examples/sequence-demo.ts --debug ON           in another
 *
 * Then open the server's page, set a breakpoint on "sequence_fn", and change the number it is about to count from.
 */
import { parseArgs } from "node:util";
import { registerReplacement, withDebug } from "cideldill";

// Each of these answers the next number of its kind.
const wholeNumbers = (n: number): number => n + 1;
const multiplesOf2 = (n: number): number => (Math.floor(n / 2) + 1) * 2;
const multiplesOf3 = (n: number): number => (Math.floor(n / 3) + 1) * 3;
const primes = (n: number): number => nextWhere(isPrime, Math.max(n + 1, 2));
const composites = (n: number): number => nextWhere((m) => !isPrime(m), Math.max(n + 1, 4));

function nextWhere(isWanted: (n: number) => boolean, from: number): number {
  return isWanted(from) ? from : nextWhere(isWanted, from + 1);
}

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false;
  return n >= 2;
}

function announce(value: number): void {
  console.log(`Value: ${value}`);
}

async function delay(seconds: number): Promise<void> {
  await new Promise((done) => setTimeout(done, seconds * 1_000));
}

const { values } = parseArgs({
  options: {
    debug: { type: "string", short: "d", default: "OFF" },
    iterations: { type: "string", short: "i", default: "10" },
  },
});
const iterations = Number(values.iterations);
if (!Number.isInteger(iterations) || iterations < 1) {
  console.error(`--iterations is ${JSON.stringify(values.iterations)}; give a whole number, 1 or more.`);
  process.exit(2);
}

// "ON" finds the server by itself. With "OFF", withDebug below gives back the very functions it is given.
const { isEnabled, serverUrl } = withDebug(values.debug);
console.log(isEnabled ? `Debugging at ${serverUrl}` : "Debugging is off; switch it on with --debug ON");

// The names to set breakpoints on. Each wrapper has the type of its function: the first two stay synchronous.
const sequenceFn = withDebug(["sequence_fn", wholeNumbers]);
const announceFn = withDebug(["announce_fn", announce]);
const delayFn = withDebug(["delay_fn", delay]);

// Functions that may be put in the place of "sequence_fn" while the program runs.
for (const [name, fn] of Object.entries({ wholeNumbers, multiplesOf2, multiplesOf3, primes, composites })) {
  registerReplacement(name, fn);
}

let value = 0;
for (let step = 0; step < iterations; step++) {
  value = sequenceFn(value);
  announceFn(value);
  await delayFn(0.5);
}
