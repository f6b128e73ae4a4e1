/** Lays text out in columns of a terminal. */

/** Fills a text with blanks up to a width, counting what a terminal shows. */
export function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - Bun.stringWidth(text)));
}

/** Breaks a text at blanks into lines of at most `width`; a longer word stays whole. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && Bun.stringWidth(`${line} ${word}`) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/**
 * Rows of two columns, the second one wrapped beside the first.
 *
 * @example
 * twoColumns([["serve", "Start the server"]], 80); // ["  serve  Start the server"]
 */
export function twoColumns(rows: readonly (readonly [string, string])[], width: number): string[] {
  const left = Math.max(0, ...rows.map(([name]) => Bun.stringWidth(name)));
  const indent = " ".repeat(left + 4);
  return rows.flatMap(([name, text]) =>
    wrap(text, Math.max(30, width - indent.length)).map((line, index) =>
      index === 0 ? `  ${pad(name, left)}  ${line}` : `${indent}${line}`,
    ),
  );
}

/** Shortens a path from the left, where it says least. */
export function shortenPath(path: string, width: number, ellipsis: string): string {
  if (Bun.stringWidth(path) <= width) return path;
  const letters = [...path];
  while (letters.length > 0 && Bun.stringWidth(ellipsis + letters.join("")) > width) letters.shift();
  return ellipsis + letters.join("");
}

/** A path as people write it: `~` for the home folder. */
export function tilde(path: string, home: string | undefined): string {
  if (home === undefined || home === "" || home === "/") return path;
  return path === home || path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
