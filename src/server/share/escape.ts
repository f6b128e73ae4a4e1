/** Text from programs as HTML: never markup, and what hides in it is named in its place. */
import { codePointName, hiddenLetters } from "../../protocol/hidden-letters.ts";

const HIDDEN = hiddenLetters("\\n\\t");

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const named = (letter: string): string => `<mark>${codePointName(letter)}</mark>`;

/** For the content of an element; for no attribute, since marks are elements. */
export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? "").replace(HIDDEN, named);
