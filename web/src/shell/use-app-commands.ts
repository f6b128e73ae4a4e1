/** Commands that are there on every page. */
import { useApp, useSelector } from "../components/context.ts";
import { prefs, usePrefs } from "../prefs.ts";
import { router } from "../router.ts";
import { keepTheme } from "../theme.ts";
import { type Command, useCommands } from "./commands.ts";
import { PLACES } from "./nav-rail.tsx";

interface Dialogs {
  toggleHelp: () => void;
  openPalette: () => void;
}

export function useAppCommands({ toggleHelp, openPalette }: Dialogs): void {
  const { actions } = useApp();
  const count = useSelector((state) => state.pauses.length);
  const { log } = usePrefs();

  useCommands([
    ...PLACES.map(
      ({ page, title, key }): Command => ({
        id: `go-${page}`,
        title,
        group: "Go to",
        keys: [`g ${key}`],
        run: () => router.go(page),
      }),
    ),
    {
      id: "resume-all",
      title: "Resume all that wait",
      group: "Flow",
      keys: ["Shift+A"],
      isOff: count === 0,
      run: () => void actions.resumeAll(),
    },
    {
      id: "log",
      title: log ? "Close the event log" : "Open the event log",
      group: "View",
      keys: ["l"],
      run: () => prefs.set({ log: !log }),
    },
    { id: "theme-dark", title: "Theme: dark", group: "View", run: () => keepTheme("dark") },
    { id: "theme-light", title: "Theme: light", group: "View", run: () => keepTheme("light") },
    { id: "theme-system", title: "Theme: as the system", group: "View", run: () => keepTheme("system") },
    { id: "palette", title: "Commands", group: "Page", keys: ["$mod+k"], isGlobal: true, run: openPalette },
    { id: "help", title: "Keys and help", group: "Page", keys: ["[Shift]+?"], run: toggleHelp },
    { id: "docs", title: "API documentation", group: "Page", run: () => void window.open("/docs", "_blank") },
  ]);
}
