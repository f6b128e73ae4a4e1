/** A call: what it is, its values, where it came from, what can be done about it. */
import type { Ref } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/compat";
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import { useApp, useSelector } from "../components/context.ts";
import { drawNow } from "../components/drawing.ts";
import { EndedNotice } from "../components/ended-notice.tsx";
import { ReplTab } from "../repl/repl-tab.tsx";
import { router, useQuery } from "../router.ts";
import { type Command, useCommands } from "../shell/commands.ts";
import { emptyDraft } from "../state/drafts.ts";
import { lacksData } from "../state/slots.ts";
import { loadCodeMirror } from "../values/editor/code-editor.tsx";
import type { RowActions } from "../values/tree-edits.ts";
import type { ValueTreeHandle } from "../values/value-tree.tsx";
import { ActionBar } from "./action-bar.tsx";
import { useBreakOn } from "./break-on.ts";
import { CallHeader } from "./call-header.tsx";
import { type CallModel, fromPause } from "./call-model.ts";
import { Facts } from "./facts.tsx";
import { HistoryTab } from "./history-tab.tsx";
import { Proposals } from "./proposals.tsx";
import { RawTab } from "./raw-tab.tsx";
import { ResultTab } from "./result-tab.tsx";
import { FrameSource, StackTab } from "./stack-tab.tsx";
import { type Tab, TabBar, type TabName } from "./tab-bar.tsx";
import { ValuesTab } from "./values-tab.tsx";

/** A paused call, with what can be done about it. */
export function PausedCallView({ pause }: { pause: PausedCall }) {
  const { actions } = useApp();
  const call = useMemo(() => fromPause(pause), [pause]);
  const { id } = pause;
  const isPartial = lacksData(pause);
  useEffect(() => {
    if (isPartial) void actions.loadWhole(id);
    // Once: what the server itself does not hold cannot be had by asking again.
  }, [actions, id, isPartial]);
  // The first edit as text must not wait for the editor.
  useEffect(() => void loadCodeMirror(), []);
  return <CallView call={call} pause={pause} />;
}

/** A call with or without a pause. */
export function CallView({ call, pause }: { call: CallModel; pause: PausedCall | null }) {
  const ended = useSelector((state) =>
    pause !== null && state.ended?.pause.id === pause.id && state.ended.how !== "releasing"
      ? state.ended
      : null,
  );
  const draft = useSelector((state) => (pause ? state.drafts.get(pause.id) : undefined)) ?? emptyDraft;
  const tree = useRef<ValueTreeHandle>(null);
  const [cid, setCid] = useState<string | null>(null);
  const rowActions = useBreakOn(call);
  const tabs = tabsOf(call, pause);
  const [tab, setTab] = useTab(tabs);
  const openPause = ended ? null : pause;
  const showUses = (of: string) => {
    setCid(of);
    setTab("history");
  };

  const move = (step: number) => {
    const at = tabs.findIndex(({ name }) => name === tab);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (next) setTab(next.name);
  };

  useCommands([
    {
      id: "edit",
      title: "Edit a value",
      group: "Paused call",
      keys: ["e"],
      isOff: openPause === null,
      run: () => {
        if (tab !== "arguments" && tab !== "result") setTab(tabs[0]?.name ?? "arguments");
        drawNow();
        tree.current?.edit();
        drawNow();
      },
    },
    { id: "next-tab", title: "Next part of the call", group: "View", keys: ["."], run: () => move(1) },
    {
      id: "previous-tab",
      title: "Previous part of the call",
      group: "View",
      keys: [","],
      run: () => move(-1),
    },
    ...tabs.map(
      ({ name, title }): Command => ({
        id: `tab-${name}`,
        title: `Show: ${title}`,
        group: "View",
        run: () => setTab(name),
      }),
    ),
  ]);

  const shared = { call, pause, isOpen: openPause !== null, draft, actions: rowActions };
  return (
    <section
      className="detail"
      aria-label="Selected call"
      tabIndex={-1}
      data-detail={pause?.id ?? call.callId}
    >
      <CallHeader call={call} pause={pause} isOver={ended !== null} onShowFrame={() => setTab("stack")} />
      <TabBar tabs={tabs} chosen={tab} onChoose={setTab} />
      <div className="detail-body" data-tab={tab}>
        <div className="tab-panel" role="tabpanel" id="tab-panel" aria-labelledby={`tab-${tab}`}>
          {tab === "arguments" && <Arguments {...shared} ref={tree} />}
          {tab === "result" && <ResultTab {...shared} ref={tree} />}
          {tab === "stack" && <StackTab call={call} />}
          {tab === "repl" && <ReplTab call={call} pause={pause} />}
          {tab === "history" && <HistoryTab call={call} cid={cid} onCloseUses={() => setCid(null)} />}
          {tab === "raw" && <RawTab call={call} />}
        </div>
        {(tab === "arguments" || tab === "result") && <Beside call={call} onShowUses={showUses} />}
      </div>
      {openPause && <Proposals pause={openPause} />}
      {ended ? <EndedNotice ended={ended} /> : openPause && <ActionBar pause={openPause} draft={draft} />}
    </section>
  );
}

interface SharedProps {
  call: CallModel;
  pause: PausedCall | null;
  /** It still waits. */
  isOpen: boolean;
  draft: typeof emptyDraft;
  actions: RowActions;
  ref: Ref<ValueTreeHandle>;
}

/** Arguments can be edited before the call, and after it when it can be made once more. */
function Arguments({ call, pause, isOpen, draft, actions, ref }: SharedProps) {
  const accepts = pause?.call_data.accepts ?? [];
  const canEdit = accepts.includes("modify") || accepts.includes("call_again");
  // Of a call that is over, what came of it is what is looked for next.
  const result = pause ? null : call.result;
  const values = useMemo(
    () => [...call.args, result, call.target].filter((value) => value !== null),
    [call, result],
  );
  return (
    <ValuesTab
      ref={ref}
      call={call}
      values={values}
      label="Arguments"
      pause={canEdit ? pause : null}
      isOpen={isOpen}
      draft={draft}
      editable={isArgument}
      actions={actions}
      empty="It was called without arguments."
    />
  );
}

const isArgument = (key: string) => key.startsWith("a") || key.startsWith("k:");

/** Beside the values: the line it was called from, and what else there is to know. */
function Beside({ call, onShowUses }: { call: CallModel; onShowUses: (cid: string) => void }) {
  const frame = call.frames[0];
  return (
    <aside className="about" aria-label="About this call">
      {frame && <FrameSource key={call.callId} call={call} frame={frame} />}
      <div className="about-facts">
        <Facts call={call} onShowUses={onShowUses} />
      </div>
    </aside>
  );
}

function tabsOf(call: CallModel, pause: PausedCall | null): Tab[] {
  const hasRun = call.phase !== "before" && call.phase !== "running";
  const values: Tab[] = [
    { name: "arguments", title: "Arguments", count: call.args.length },
    { name: "result", title: call.thrown ? "Exception" : "Result", count: null },
  ];
  return [
    ...(hasRun && (pause || call.thrown)
      ? values.reverse()
      : hasRun || call.phase === "running"
        ? values
        : values.slice(0, 1)),
    { name: "stack", title: "Stack & source", count: call.frames.length },
    ...(pause ? [{ name: "repl" as const, title: "REPL", count: null }] : []),
    { name: "history", title: "History", count: null },
    { name: "raw", title: "Raw", count: null },
  ];
}

/** Which tab is shown stands in the address; one that this call has not is its first. */
function useTab(tabs: readonly Tab[]): [TabName, (name: TabName) => void] {
  const asked = useQuery("tab");
  const tab = tabs.find(({ name }) => name === asked)?.name ?? tabs[0]?.name ?? "arguments";
  return [tab, (name) => router.set({ tab: name === tabs[0]?.name ? null : name })];
}
