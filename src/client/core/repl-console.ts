/** What evaluated code prints belongs to whoever typed it, not to the program's output. */

const METHODS = ["log", "info", "debug", "warn", "error", "dir", "table", "trace"] as const;

/** Longest text that is kept of what is printed: a loop that prints must not fill the memory. */
const LONGEST = 1_000_000;

export interface CapturedConsole {
  /** A console for the evaluated code itself: captures also after it waited. */
  readonly object: object;
  /** Runs work with the program's own console captured too, until it first waits: what the code calls prints there. */
  during<T>(work: () => T): T;
  printed(): string;
}

export function capturingConsole(inspect: (value: unknown) => string): CapturedConsole {
  let printed = "";
  const print = (...values: unknown[]): void => {
    if (printed.length > LONGEST) return;
    const texts = values.map((value) => (typeof value === "string" ? value : inspect(value)));
    printed += `${texts.join(" ")}\n`;
  };
  const captured: Record<string, unknown> = {};
  for (const name of METHODS) captured[name] = print;
  const target = console;
  return {
    object: new Proxy(target, {
      get: (real, name) =>
        typeof name === "string" && Object.hasOwn(captured, name) ? captured[name] : Reflect.get(real, name),
    }),
    during(work) {
      const kept = METHODS.map((name) => target[name]);
      for (const name of METHODS) target[name] = print;
      try {
        return work();
      } finally {
        for (const [index, name] of METHODS.entries()) target[name] = kept[index] ?? target[name];
      }
    },
    printed: () => printed,
  };
}
