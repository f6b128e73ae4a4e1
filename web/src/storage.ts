/** Browser storage that may be full, forbidden or absent: then the page forgets, and works. */

export function readText(area: () => Storage, key: string): string | null {
  try {
    return area().getItem(key);
  } catch {
    return null;
  }
}

export function keepText(area: () => Storage, key: string, text: string | null): void {
  try {
    if (text === null) area().removeItem(key);
    else area().setItem(key, text);
  } catch {
    // Full or forbidden.
  }
}
