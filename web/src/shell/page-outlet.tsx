/** The page that the address names. */
import type { ComponentType } from "preact";
import { CallsPage } from "../calls/calls-page.tsx";
import { ErrorBoundary } from "../components/error-boundary.tsx";
import { later } from "../components/later.tsx";
import type { PageName } from "../place.ts";
import { useRoute } from "../router.ts";

const PAGES: Record<PageName, ComponentType> = {
  calls: CallsPage,
  breakpoints: later(async () => (await import("../rules/rules-page.tsx")).RulesPage),
  functions: later(async () => (await import("../pages/functions-page.tsx")).FunctionsPage),
  processes: later(async () => (await import("../pages/processes-page.tsx")).ProcessesPage),
  objects: later(async () => (await import("../pages/objects-page.tsx")).ObjectsPage),
  sessions: later(async () => (await import("../pages/sessions-page.tsx")).SessionsPage),
  repl: later(async () => (await import("../pages/repl-page.tsx")).ReplPage),
  errors: later(async () => (await import("../pages/errors-page.tsx")).ErrorsPage),
  settings: later(async () => (await import("../pages/settings-page.tsx")).SettingsPage),
};

export function PageOutlet() {
  const { page } = useRoute();
  const Page = PAGES[page];
  return (
    <ErrorBoundary key={page} what="This page">
      <Page />
    </ErrorBoundary>
  );
}
