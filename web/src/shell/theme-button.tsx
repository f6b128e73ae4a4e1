import { useState } from "preact/compat";
import { Icon } from "../components/icon.tsx";
import { keepTheme, storedTheme, type Theme } from "../theme.ts";

const NEXT: Record<Theme, Theme> = { system: "dark", dark: "light", light: "system" };
const ICONS = { system: "system", dark: "moon", light: "sun" } as const;

export function ThemeButton() {
  const [theme, setTheme] = useState(storedTheme);
  const change = () => {
    const next = NEXT[theme];
    keepTheme(next);
    setTheme(next);
  };
  return (
    <button
      type="button"
      className="button icon-only"
      onClick={change}
      aria-label={`Theme: ${theme}. Change to ${NEXT[theme]}`}
      title={`Theme: ${theme}`}
    >
      <Icon name={ICONS[theme]} />
    </button>
  );
}
