/** Keys that are pressed one after another, and the command they lead to. */
import { expect, test } from "bun:test";
import { KeySequences, type WithKeys } from "../../../web/src/shell/key-sequences.ts";

const key = (name: string, modifiers: readonly string[] = []) =>
  ({ key: name, code: "", getModifierState: (each: string) => modifiers.includes(each) }) as KeyboardEvent;

const go: WithKeys = { keys: ["g f"] };
const find: WithKeys = { keys: ["f"] };
const again: WithKeys = { keys: ["f"] };
const all: WithKeys = { keys: ["Shift+F"] };

test("a sequence wins over its last key alone", () => {
  const sequences = new KeySequences();
  expect(sequences.press(key("g"), [find, go])).toBeNull();
  expect(sequences.press(key("f"), [find, go])).toBe(go);
  expect(sequences.press(key("f"), [find, go])).toBe(find);
});

test("a sequence goes on when other commands have come and gone", () => {
  const sequences = new KeySequences();
  sequences.press(key("g"), [go]);
  expect(sequences.press(key("f"), [find, { ...go }, again])).toEqual(go);
});

test("a key that does not go on with it is itself", () => {
  const sequences = new KeySequences();
  sequences.press(key("g"), [go, find]);
  expect(sequences.press(key("x"), [go, find])).toBeNull();
  expect(sequences.press(key("f"), [go, find])).toBe(find);
});

test("of two with the same key, the one that was offered last", () => {
  expect(new KeySequences().press(key("f"), [find, again])).toBe(again);
});

test("a modifier on the way to a key changes nothing", () => {
  const sequences = new KeySequences();
  sequences.press(key("g"), [go, all]);
  expect(sequences.press(key("Shift", ["Shift"]), [go, all])).toBeNull();
  expect(sequences.press(key("F", ["Shift"]), [go, all])).toBe(all);
});
