/** What can be set: of this page (kept in the browser), of the server's record, and of who may do what. */

import { Page } from "./page.tsx";
import { PageSettings } from "./settings-of-page.tsx";
import { ServerSettings } from "./settings-of-server.tsx";

export function SettingsPage() {
  return (
    <Page
      title="Settings"
      about="Of this page, kept in this browser; and of the server, for everyone who uses it."
    >
      <div className="settings">
        <PageSettings />
        <ServerSettings />
      </div>
    </Page>
  );
}
