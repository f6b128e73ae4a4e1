/**
 * Letters that are not seen, or that hide, reorder or move others: text from a program, a folder or a request could say
 * with them what is not so. Terminal, page and shared file each spell them out in their own way.
 */

/** C0 and C1 controls, formatting and direction controls, blank letters, tag characters, lone surrogates. */
const HIDDEN =
  "\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e" +
  "\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff0-\\ufffb\\u{1bca0}-\\u{1bca3}\\u{1d173}-\\u{1d17a}\\u{e0000}-\\u{e0fff}\\ud800-\\udfff";
/** A joiner after a pictograph is part of an emoji, not something hidden. */
const LONE_JOINER = "(?<![\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\ufe0f])\\u200d";
const ANY = new RegExp(`[${HIDDEN}]`, "u");

/**
 * Finds each of them in a text.
 *
 * @param allowed Those that do their work where the text stands, such as `\\n\\t` in a block.
 */
export const hiddenLetters = (allowed = ""): RegExp =>
  new RegExp(`${LONE_JOINER}|(?![\\u200d${allowed}])[${HIDDEN}]`, "gu");

/** Whether there may be one: quick, and true of every emoji with a joiner. */
export const mayHideLetters = (text: string): boolean => ANY.test(text);

/** `U+202E` */
export const codePointName = (letter: string): string =>
  `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
