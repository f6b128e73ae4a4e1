/** The application: toolbar above, pages at the left edge, the page at hand, and below what happened. */
import { useEffect, useState } from "preact/compat";
import { FilterBar } from "./calls/filter-bar.tsx";
import { useApp, useSelector } from "./components/context.ts";
import { useIsPhone } from "./components/use-media.ts";
import { usePauseCommands } from "./detail/pause-commands.ts";
import { usePrefs } from "./prefs.ts";
import { useRoute } from "./router.ts";
import { Banner } from "./shell/banner.tsx";
import { EventLog } from "./shell/event-log.tsx";
import { HelpSheet } from "./shell/help-sheet.tsx";
import { LogButton } from "./shell/log-button.tsx";
import { NavRail } from "./shell/nav-rail.tsx";
import { useNotifications } from "./shell/notifications.ts";
import { PageOutlet } from "./shell/page-outlet.tsx";
import { Palette } from "./shell/palette.tsx";
import { Split } from "./shell/split.tsx";
import { ThemeButton } from "./shell/theme-button.tsx";
import { Toasts } from "./shell/toasts.tsx";
import { Toolbar } from "./shell/toolbar.tsx";
import { useAppCommands } from "./shell/use-app-commands.ts";
import { useKeys } from "./shell/use-keys.ts";
import { usePageTitle } from "./shell/use-page-title.ts";

export function App() {
  const [dialog, setDialog] = useState<"help" | "palette" | null>(null);
  const close = (which: "help" | "palette") => setDialog((open) => (open === which ? null : open));
  const toggleHelp = () => setDialog((open) => (open === "help" ? null : "help"));
  const openPalette = () => setDialog((open) => (open === "palette" ? null : "palette"));
  const { log } = usePrefs();
  const isPhone = useIsPhone();
  const { page } = useRoute();

  useAppCommands({ toggleHelp, openPalette });
  usePauseCommands();
  useKeys();
  usePageTitle();
  useNotifications();
  useSelectionInView();

  return (
    <div className="app">
      <output id="announcements" className="hidden" aria-live="polite" />
      <Toolbar onPalette={openPalette}>{page === "calls" && <FilterBar />}</Toolbar>
      <Banner />
      <div className="body">
        <div className="rail-side">
          <NavRail />
          <div className="rail-foot">
            <LogButton />
            <ThemeButton />
            <button
              type="button"
              className="button icon-only quiet help-button"
              onClick={toggleHelp}
              aria-label="Keys and help"
              title="Keys and help (?)"
            >
              ?
            </button>
          </div>
        </div>
        <main className="main">
          {isPhone ? (
            <PageOutlet />
          ) : (
            <Split
              id="log"
              orientation="vertical"
              label="Height of the event log"
              sized={{ side: "second", unit: "px", usual: 112 }}
              first={{ content: <PageOutlet />, least: 240 }}
              second={log ? { content: <EventLog />, least: 64 } : null}
            />
          )}
        </main>
      </div>
      <Toasts />
      {dialog === "help" && <HelpSheet onClose={() => close("help")} />}
      {dialog === "palette" && <Palette onClose={() => close("palette")} />}
    </div>
  );
}

/** Tells screen readers of a new pause, which takes neither the focus nor the scroll. */
function useSelectionInView(): void {
  const { store } = useApp();
  const count = useSelector((state) => state.pauses.length);
  useEffect(() => {
    const region = document.getElementById("announcements");
    const last = store.get().pauses.at(-1);
    if (region && last) region.textContent = count === 0 ? "" : `${count} waiting`;
  }, [count, store]);
}
