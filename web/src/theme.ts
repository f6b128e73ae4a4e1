/** Dark, light, or what the system says; kept in this browser. */
import { keepText, readText } from "./storage.ts";

export type Theme = "system" | "dark" | "light";

const KEY = "cideldill.theme";

export function storedTheme(): Theme {
  const text = readText(() => localStorage, KEY);
  return text === "dark" || text === "light" ? text : "system";
}

/** Colours follow the document's colour scheme: see styles/tokens.css. */
export function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function keepTheme(theme: Theme): void {
  keepText(() => localStorage, KEY, theme === "system" ? null : theme);
  applyTheme(theme);
}
