/** What went wrong between programs and this server, as the programs reported it. */

import { count, momentText } from "../calls/call-words.ts";
import { Icon } from "../components/icon.tsx";
import { RefreshButton } from "../components/refresh-button.tsx";
import { ScrollText } from "../components/scroll-text.tsx";
import { Shown } from "../components/shown.tsx";
import { useRemote } from "../components/use-remote.ts";
import { summarize } from "../values/summary.ts";
import { Nothing, Page } from "./page.tsx";
import { pagesApi } from "./pages-api.ts";

const AGAIN_MS = 3_000;
const TITLE_FIELDS = ["message", "error", "summary", "reason", "detail", "type"];

export function ErrorsPage() {
  const { data, problem, isLoading, again } = useRemote("com errors", pagesApi.comErrors, AGAIN_MS);
  const errors = (data?.errors ?? []).toReversed();
  return (
    <Page
      title="Communication errors"
      about="What programs could not send, and why. A program goes on without debugging, or fails, as it is set up to."
      problem={problem}
      isLoading={isLoading}
      tools={<RefreshButton again={again} />}
    >
      {errors.length === 0 && !isLoading && (
        <Nothing title="No errors">
          <Icon name="check" className="ok" /> No program reported trouble with this server in this run.
        </Nothing>
      )}
      <ul className="errors">
        {errors.map((error, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: they have no id, and none ever goes.
          <li key={errors.length - at}>
            <details>
              <summary>
                <Icon name="warning" className="bad" />
                <span className="cell">
                  <Shown text={titleOf(error)} />
                </span>
                {factsOf(error).map((fact) => (
                  <span className="faint" key={fact}>
                    <Shown text={fact} />
                  </span>
                ))}
                <span className="faint">{timeOf(error)}</span>
              </summary>
              <ScrollText text={JSON.stringify(error, null, 2)} />
            </details>
          </li>
        ))}
      </ul>
    </Page>
  );
}

function titleOf(error: Record<string, unknown>): string {
  for (const field of TITLE_FIELDS) {
    const value = Object.hasOwn(error, field) ? error[field] : undefined;
    if (typeof value === "string" && value !== "") return value.slice(0, 300);
  }
  return summarize(error, 200);
}

/** What our clients tell beside the message: of which function, from which program, how often. */
function factsOf(error: Record<string, unknown>): string[] {
  const { function_name: name, process_pid: pid, page_url: url, count: times } = error;
  return [
    ...(typeof name === "string" && name !== "" ? [name.slice(0, 100)] : []),
    ...(typeof url === "string" && url !== "" ? [url.slice(0, 100)] : []),
    ...(typeof pid === "number" && pid > 0 ? [`pid ${pid}`] : []),
    ...(typeof times === "number" && times > 1 ? [`${count(times)}×`] : []),
  ];
}

function timeOf(error: Record<string, unknown>): string {
  const at = Object.hasOwn(error, "timestamp") ? error.timestamp : undefined;
  return typeof at === "number" ? momentText(at) : "";
}
