/** What a case says and learns: through the test's own process, which plays the person at the server. Plain web platform. */

/** What is to be done with a pause. */
export interface Step {
  afterMs?: number;
  evaluate?: string[];
  /** Body of the release. An argument `keep:1` stands for the call's own second argument. */
  release: Record<string, unknown>;
}

export interface KeptCall {
  id: string;
  parent: string | null;
  status: string;
  args: unknown[];
  result: unknown;
  exception: { type: string; message: string } | null;
  site: unknown[];
}

export class Desk {
  readonly serverUrl: string;
  readonly #url: string;
  readonly #platform: string;

  constructor(url: string, serverUrl: string, platform: string) {
    this.#url = url;
    this.serverUrl = serverUrl;
    this.#platform = platform;
  }

  /** The name of a function: every run has names of its own. */
  name(name: string): string {
    return `${this.#platform}.${name}`;
  }

  async onPause(name: string, steps: Step[]): Promise<void> {
    await this.#ask("/pause", { name: this.name(name), steps, when: "before" });
  }

  async onEnd(name: string, steps: Step[]): Promise<void> {
    await this.#ask("/pause", { name: this.name(name), steps, when: "after" });
  }

  /** Finished calls of a function, oldest first; waits until there are so many. */
  async calls(name: string, count: number): Promise<KeptCall[]> {
    return (await this.#ask("/calls", { name: this.name(name), count })) as KeptCall[];
  }

  async evaluations(name: string): Promise<{ output: string; is_error: boolean }[]> {
    return (await this.#ask("/evaluations", { name: this.name(name) })) as {
      output: string;
      is_error: boolean;
    }[];
  }

  async #ask(path: string, body: object): Promise<unknown> {
    const answer = await fetch(this.#url + path, { method: "POST", body: JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${text}`);
    return JSON.parse(text);
  }
}

const shown = (value: unknown): string => JSON.stringify(value) ?? String(value);

/** The same as JSON. */
export function equal(actual: unknown, expected: unknown, what = ""): void {
  if (shown(actual) === shown(expected)) return;
  throw new Error(`${what}${what && ": "}expected ${shown(expected)}, got ${shown(actual)}`);
}

/** Everything of `expected` is there, at any depth. */
export function matches(actual: unknown, expected: unknown, path = ""): void {
  if (typeof expected !== "object" || expected === null || typeof actual !== "object" || actual === null) {
    equal(actual, expected, path);
    return;
  }
  for (const [key, value] of Object.entries(expected)) {
    matches((actual as Record<string, unknown>)[key], value, `${path}.${key}`);
  }
}

/** What a call throws or rejects with. */
export async function rejects(call: () => unknown): Promise<Error> {
  try {
    await call();
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error(`something that is no Error was thrown: ${String(error)}`);
  }
  throw new Error("nothing was thrown");
}
