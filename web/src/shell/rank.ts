/** Which of many names is meant by a few letters: letters in order, beginnings of words before the middle of one. */

export function rank<T>(items: readonly T[], typed: string, textOf: (item: T) => string): readonly T[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === "") return items;
  return items
    .map((item, at) => ({ item, at, score: score(textOf(item).toLowerCase(), wanted) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.at - b.at)
    .map(({ item }) => item);
}

/** 0 when it does not fit; the whole text in one piece is worth most, then at a word's beginning. */
export function score(text: string, wanted: string): number {
  const at = text.indexOf(wanted);
  if (at !== -1) return 1_000 - Math.min(at, 200) + (at === 0 || isBoundary(text, at) ? 500 : 0);
  let from = 0;
  let total = 1;
  for (const letter of wanted) {
    if (letter === " ") continue;
    const found = text.indexOf(letter, from);
    if (found === -1) return 0;
    if (found === from && from > 0) total += 3;
    else if (isBoundary(text, found)) total += 2;
    from = found + 1;
  }
  return total;
}

const isBoundary = (text: string, at: number) => at === 0 || /[^a-z0-9]/.test(text[at - 1] ?? "");
