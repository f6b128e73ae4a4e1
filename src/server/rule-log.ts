/**
 * What rules say: the newest messages are kept, and told to whoever watches. A rule that says the same kind of thing at
 * every one of a million calls is told a few times a second, with how often it said it.
 */
import type { RuleLogEntry } from "../protocol/rules.ts";
import type { RuleMessage } from "./engine/listener.ts";
import type { LiveHub } from "./live.ts";

const KEPT = 1_000;

/** A rule and a kind of message is told at once, and then so often, in ms. */
const QUIET_MS = 200;

interface Said {
  last: RuleMessage;
  count: number;
  timer: ReturnType<typeof setTimeout> | null;
}

export class RuleLog {
  readonly #entries: RuleLogEntry[] = [];
  readonly #said = new Map<string, Said>();
  readonly #live: LiveHub;
  readonly #now: () => number;
  #number = 0;

  constructor(live: LiveHub, now: () => number) {
    this.#live = live;
    this.#now = now;
  }

  add(message: RuleMessage): void {
    this.#entries.push({ ...viewOf(message), number: ++this.#number, at: this.#now() });
    if (this.#entries.length > KEPT) this.#entries.shift();
    const key = `${message.kind} ${message.rule ?? message.functionName}`;
    const said = this.#said.get(key);
    if (said) {
      said.last = message;
      said.count += 1;
      return;
    }
    this.#emit(message, 1);
    const fresh: Said = { last: message, count: 0, timer: null };
    this.#said.set(key, fresh);
    this.#quiet(key, fresh);
  }

  /** Those after a number, oldest first: all that are kept when it is 0. */
  after(number: number, rule?: string): RuleLogEntry[] {
    return this.#entries.filter(
      (entry) => entry.number > number && (rule === undefined || entry.rule === rule),
    );
  }

  close(): void {
    for (const { timer } of this.#said.values()) if (timer) clearTimeout(timer);
    this.#said.clear();
  }

  #quiet(key: string, said: Said): void {
    said.timer = setTimeout(() => {
      if (said.count === 0) {
        this.#said.delete(key);
        return;
      }
      this.#emit(said.last, said.count);
      said.count = 0;
      this.#quiet(key, said);
    }, QUIET_MS);
    said.timer.unref?.();
  }

  #emit(message: RuleMessage, count: number): void {
    this.#live.emit({ type: "rule_log", ...viewOf(message), count });
  }
}

const viewOf = ({ rule, kind, functionName, callId, message }: RuleMessage) => ({
  rule,
  kind,
  function_name: functionName,
  call_id: callId,
  message,
});
