/** Above the list: how many, whether it follows, how it is shown. */
import { useSyncExternalStore } from "preact/compat";
import { useApp, useSelector } from "../components/context.ts";
import { Icon, type IconName } from "../components/icon.tsx";
import { router, useQuery } from "../router.ts";
import { runCommand, useCommands } from "../shell/commands.ts";
import { count } from "./call-words.ts";
import { ColumnsMenu } from "./columns-menu.tsx";

export const VIEWS = ["list", "tree", "timeline"] as const;
export type View = (typeof VIEWS)[number];

const TITLES: Record<View, { title: string; icon: IconName }> = {
  list: { title: "List", icon: "calls" },
  tree: { title: "Tree", icon: "tree" },
  timeline: { title: "Timeline", icon: "timeline" },
};

export function useView(): View {
  const asked = useQuery("view");
  return VIEWS.find((view) => view === asked) ?? "list";
}

export function ListHeader() {
  const { feed } = useApp();
  const state = useSyncExternalStore(feed.subscribe, feed.get);
  const isFollowing = useSyncExternalStore(feed.subscribe, feed.getFollowing);
  const view = useView();
  const show = (next: View) => router.set({ view: next === "list" ? null : next }, "push");
  useCommands(
    VIEWS.map((each, at) => ({
      id: `view-${each}`,
      title: `Calls as ${TITLES[each].title.toLowerCase()}`,
      group: "View" as const,
      keys: [String(at + 1)],
      run: () => show(each),
    })),
  );
  return (
    <header className="section-title list-header">
      <h2 id="calls-title">Calls</h2>
      <span className="faint tabular">{state.isLoaded ? count(state.total) : ""}</span>
      {view === "list" && <Follow isFollowing={isFollowing && state.isLast} />}
      <span className="space" />
      <fieldset className="segments small">
        <legend className="hidden">Show the calls as</legend>
        {VIEWS.map((each, at) => (
          <label key={each} title={`${TITLES[each].title} (${at + 1})`}>
            <input
              type="radio"
              name="view"
              value={each}
              checked={view === each}
              onChange={() => show(each)}
            />
            <span>
              <Icon name={TITLES[each].icon} /> <span className="view-name">{TITLES[each].title}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {view === "list" && <ColumnsMenu />}
    </header>
  );
}

function Follow({ isFollowing }: { isFollowing: boolean }) {
  const isLive = useSelector((state) => state.connection.status === "live");
  if (isFollowing && !isLive) return null;
  if (isFollowing) {
    return (
      <span className="live" title="At the end: new calls show up as they come">
        <i className="live-dot" /> <span className="live-word">live</span>
      </span>
    );
  }
  return (
    <button
      type="button"
      className="link"
      title="To the newest call (End)"
      onClick={() => runCommand("last")}
    >
      <Icon name="down" /> newest
    </button>
  );
}
