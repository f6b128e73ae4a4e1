/**
 * Which command the keys lead to that were pressed. What was pressed is remembered by itself, apart from the commands: a
 * sequence that was begun goes on, whichever of them come and go meanwhile.
 */
import { matchKeybindingPress, parseKeybinding } from "tinykeys";

export interface WithKeys {
  /** As tinykeys writes them. */
  readonly keys?: readonly string[];
}

/** The next key of a sequence is waited for as long as this. */
const WAIT_MS = 1_000;

const MODIFIERS = new Set(["Shift", "Control", "Alt", "Meta", "AltGraph"]);

export class KeySequences {
  #begun: readonly KeyboardEvent[] = [];
  #at = 0;

  /** The command whose keys are complete with this press; of several, the one that was offered last. */
  press<Of extends WithKeys>(event: KeyboardEvent, offered: readonly Of[]): Of | null {
    // On the way to a capital letter, nothing is pressed yet.
    if (MODIFIERS.has(event.key)) return null;
    const begun = Date.now() - this.#at <= WAIT_MS ? this.#begun : [];
    this.#at = Date.now();
    this.#begun = [];
    // What leads on from the keys before; else the key by itself.
    for (const presses of begun.length > 0 ? [[...begun, event], [event]] : [[event]]) {
      const left = (of: Of): number[] =>
        (of.keys ?? [])
          .filter((keys) => fits(keys, presses))
          .map((keys) => pressesOf(keys).length - presses.length);
      if (offered.some((of) => left(of).some((more) => more > 0))) {
        this.#begun = presses;
        return null;
      }
      const found = offered.findLast((of) => left(of).includes(0));
      if (found) return found;
    }
    return null;
  }
}

const fits = (keys: string, presses: readonly KeyboardEvent[]): boolean => {
  const wanted = pressesOf(keys);
  return presses.every((press, at) => {
    const want = wanted[at];
    return want !== undefined && matchKeybindingPress(press, want);
  });
};

const parsed = new Map<string, ReturnType<typeof parseKeybinding>>();

function pressesOf(keys: string): ReturnType<typeof parseKeybinding> {
  const known = parsed.get(keys) ?? parseKeybinding(keys);
  parsed.set(keys, known);
  return known;
}
