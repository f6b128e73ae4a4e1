/** What waits, what was called, and on the right whatever is selected. */
import type { ComponentChildren } from "preact";
import { useMemo, useSyncExternalStore } from "preact/compat";
import { useApp, useSelector } from "../components/context.ts";
import { Icon } from "../components/icon.tsx";
import { useIsPhone } from "../components/use-media.ts";
import { DetailPane } from "../detail/detail-pane.tsx";
import { ConnectGuide } from "../pages/connect-guide.tsx";
import { router, useQuery } from "../router.ts";
import { Split } from "../shell/split.tsx";
import { type Selection, shownPause } from "../state/model.ts";
import { CallList } from "./call-list.tsx";
import { CallTimeline } from "./call-timeline.tsx";
import { CallTree } from "./call-tree.tsx";
import { ComparePane } from "./compare-pane.tsx";
import { ListHeader, useView } from "./list-header.tsx";
import { MarksBar } from "./marks-bar.tsx";
import { Queue } from "./queue.tsx";
import { RowMenu } from "./row-menu.tsx";

export function useSelection(): Selection | null {
  const pause = useSelector(shownPause);
  const callId = useSelector((state) => state.callId);
  return useMemo(() => {
    if (pause) return { kind: "pause", pause };
    return callId === null ? null : { kind: "call", id: callId };
  }, [pause, callId]);
}

export function CallsPage() {
  const isPhone = useIsPhone();
  const selection = useSelection();
  const view = useView();
  const pair = useQuery("compare");
  const lists = (
    <div className="side">
      <Queue />
      <section className="calls" aria-labelledby="calls-title">
        <ListHeader />
        <MarksBar />
        <RowMenu>
          {view === "list" && <CallList />}
          {view === "tree" && <CallTree />}
          {view === "timeline" && <CallTimeline />}
        </RowMenu>
      </section>
    </div>
  );
  const detail = pair !== "" ? <ComparePane pair={pair} /> : <Detail selection={selection} />;
  if (isPhone) return <OnPhone lists={lists} detail={detail} isOpen={selection !== null || pair !== ""} />;
  return (
    <Split
      id="calls"
      orientation="horizontal"
      label="Width of the list"
      sized={{ side: "first", unit: "%", usual: 42 }}
      first={{ content: lists, least: 300 }}
      second={{ content: detail, least: 360 }}
    />
  );
}

/** What is selected; else how to get something to select. */
function Detail({ selection }: { selection: Selection | null }) {
  return selection ? <DetailPane selection={selection} /> : <ConnectGuide />;
}

/** One thing at a time: the lists, or the call that was opened. */
function OnPhone({
  lists,
  detail,
  isOpen,
}: {
  lists: ComponentChildren;
  detail: ComponentChildren;
  isOpen: boolean;
}) {
  const { actions, feed } = useApp();
  const { total } = useSyncExternalStore(feed.subscribe, feed.get);
  const close = () => {
    router.set({ compare: null });
    actions.closeSelection();
  };
  if (!isOpen) {
    return (
      <div className={`phone-stack ${total === 0 ? "has-guide" : ""}`}>
        {lists}
        {total === 0 && detail}
      </div>
    );
  }
  return (
    <div className="phone-stack is-open">
      <button type="button" className="button phone-back" onClick={close}>
        <Icon name="back" /> All calls
      </button>
      {detail}
    </div>
  );
}
