/** What a condition may know of a call, made when it is asked for and once for all rules that look. */

import type { RuleWhen } from "../../../protocol/rules.ts";
import { type Lookup, Unreadable, type Vocabulary } from "../../conditions/index.ts";
import { type Call, type CallOutcome, type Item, processKey } from "../calls.ts";

/** A call at a moment: before it runs, or with what came of it. */
export interface Moment {
  call: Call;
  outcome: CallOutcome | null;
}

/** Reads a value of a call, for conditions. */
export type ReadValue = (item: Item) => unknown;

const ANYTIME = ["args", "kwargs", "target", "caller", "process", "name", "hits"] as const;
const AFTERWARDS = ["result", "error", "duration_ms", "mutated"] as const;

/** The words a condition may use, and why not. */
export function vocabularyFor(when: RuleWhen): Vocabulary {
  const reason = (name: string) =>
    `asks for ${name}, which is known only after the call: choose result, exception, after or any as the moment`;
  return {
    variables: new Map<string, string | null>([
      ...ANYTIME.map((name) => [name, null] as const),
      ...AFTERWARDS.map((name) => [name, when === "before" ? reason(name) : null] as const),
    ]),
  };
}

export class Facts {
  readonly moment: Moment;
  readonly #read: ReadValue;
  readonly #known = new Map<string, unknown>();

  constructor(moment: Moment, read: ReadValue) {
    this.moment = moment;
    this.#read = read;
  }

  /** The variables, with the hits of the rule that asks. */
  lookup(hits: number): Lookup {
    return (name) => {
      if (name === "hits") return hits;
      if (!this.#known.has(name)) this.#known.set(name, this.#make(name));
      return this.#known.get(name);
    };
  }

  /** A value; one that cannot be read fails only whoever looks at it. */
  value(item: Item): unknown {
    try {
      return this.#read(item);
    } catch (error) {
      return new Unreadable(error instanceof Error ? error.message : String(error));
    }
  }

  #make(name: string): unknown {
    const { call, outcome } = this.moment;
    switch (name) {
      case "args":
        return call.args.map((item) => this.value(item));
      case "kwargs":
        return new Map([...call.kwargs].map(([key, item]) => [key, this.value(item)]));
      case "target":
        return call.target ? this.value(call.target) : null;
      // "function" is a word that CEL keeps for itself.
      case "name":
        return call.methodName;
      case "caller": {
        const frame = call.callSite.stack_trace?.at(-1);
        return { function: frame?.function ?? "", file: frame?.filename ?? "", line: frame?.lineno ?? 0 };
      }
      case "process":
        return {
          pid: call.process.pid,
          key: processKey(call.process),
          start_time: call.process.startTime,
          page: call.process.pageUrl ?? "",
          program: call.client?.program ?? "",
        };
      case "result":
        return outcome?.result ? this.value(outcome.result) : null;
      case "error":
        return this.#error(outcome);
      case "duration_ms":
        return outcome
          ? (outcome.durationMs ?? Math.max(0, (outcome.completedAt - call.startedAt) * 1000))
          : null;
      case "mutated":
        return (outcome?.mutated ?? []).map(({ index, item }) => ({ index, value: this.value(item) }));
      default:
        return null;
    }
  }

  #error(outcome: CallOutcome | null): unknown {
    if (!outcome?.exception) return null;
    const { type, message, item } = outcome.exception;
    return { type: type ?? "", message: message ?? "", value: item ? this.value(item) : null };
  }
}
