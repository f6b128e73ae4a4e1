/** Text from programs as HTML: never markup, and what hides in it is named in its place. */

/** Controls other than tab and line feed, direction controls, invisible joiners, line separators, lone surrogates. */
const HIDDEN =
  /(?![\t\n])\p{Cc}|[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\p{Cs}/gu;

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const named = (letter: string): string =>
  `<mark>U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}</mark>`;

/** For the content of an element; for no attribute, since marks are elements. */
export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? "").replace(HIDDEN, named);
