/** The page that the address names. */
import type { ComponentType } from "react";
import { CallsPage } from "../calls/calls-page.tsx";
import { ErrorBoundary } from "../components/error-boundary.tsx";
import { type PageName, useRoute } from "../router.ts";
import { RulesPage } from "../rules/rules-page.tsx";

const Soon = () => <div className="page" />;

const PAGES: Record<PageName, ComponentType> = {
  calls: CallsPage,
  breakpoints: RulesPage,
  functions: Soon,
  processes: Soon,
  objects: Soon,
  sessions: Soon,
  repl: Soon,
  errors: Soon,
  settings: Soon,
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
