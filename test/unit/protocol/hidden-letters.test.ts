/** One list of letters that hide, for the terminal, the page and shared files. */
import { describe, expect, test } from "bun:test";
import { jsonLine, printable } from "../../../src/commands/printable.ts";
import { codePointName, hiddenLetters, mayHideLetters } from "../../../src/protocol/hidden-letters.ts";
import { escaped } from "../../../src/server/share/escape.ts";
import { plainText } from "../../../web/src/values/visible-text.ts";

const HIDING = [
  ...["\u0000", "\u001b", "\u007f", "\u009b", "\u00ad", "\u034f", "\u061c", "\u115f", "\u17b4", "\u180b"],
  ...["\u180e", "\u200b", "\u200d", "\u200e", "\u2028", "\u202e", "\u2060", "\u2066", "\u3164", "\ufeff"],
  ...["\uffa0", "\ufff9", "\u{1bca0}", "\u{1d173}", "\u{e0001}", "\u{e0041}", "\ud800", "\udc00"],
];

describe.each(HIDING.map((letter): [string, string] => [codePointName(letter), letter]))(
  "%s",
  (name, letter) => {
    test("is found, and spelled out wherever text is shown", () => {
      const text = `pay${letter}pal`;
      expect(mayHideLetters(text)).toBe(true);
      expect(text.match(hiddenLetters())).toEqual([letter]);
      for (const shown of [printable(text), jsonLine(text), plainText(text), escaped(text)])
        expect(shown).not.toContain(letter);
      expect(plainText(text)).toBe(`pay⟨${name}⟩pal`);
      expect(escaped(text)).toBe(`pay<mark>${name}</mark>pal`);
      expect(JSON.parse(jsonLine(text))).toBe(text);
    });
  },
);

test("text of any language, and emoji of several, stay as they are", () => {
  for (const text of ["plain", "naïve Ünïcödé", "日本語", "हिन्दी", "👩‍💻 👨‍👩‍👧", "👍🏽", "❤️‍🔥"]) {
    expect([...text.matchAll(hiddenLetters())]).toEqual([]);
    expect([printable(text), plainText(text), escaped(text)]).toEqual([text, text, text]);
  }
});

test("line feeds and tabs do their work where they are allowed to", () => {
  expect("a\n\tb\rc".match(hiddenLetters("\\n\\t"))).toEqual(["\r"]);
  expect(printable("a\n\tb")).toBe("a\\n\\tb");
  expect(printable("a\u{e0001}b")).toBe("a\\u{e0001}b");
});
