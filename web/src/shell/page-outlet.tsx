/** The page that the address names. */
import type { ComponentType } from "react";
import { CallsPage } from "../calls/calls-page.tsx";
import { ErrorBoundary } from "../components/error-boundary.tsx";
import { ErrorsPage } from "../pages/errors-page.tsx";
import { FunctionsPage } from "../pages/functions-page.tsx";
import { ObjectsPage } from "../pages/objects-page.tsx";
import { ProcessesPage } from "../pages/processes-page.tsx";
import { ReplPage } from "../pages/repl-page.tsx";
import { SessionsPage } from "../pages/sessions-page.tsx";
import { SettingsPage } from "../pages/settings-page.tsx";
import { type PageName, useRoute } from "../router.ts";
import { RulesPage } from "../rules/rules-page.tsx";

const PAGES: Record<PageName, ComponentType> = {
  calls: CallsPage,
  breakpoints: RulesPage,
  functions: FunctionsPage,
  processes: ProcessesPage,
  objects: ObjectsPage,
  sessions: SessionsPage,
  repl: ReplPage,
  errors: ErrorsPage,
  settings: SettingsPage,
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
