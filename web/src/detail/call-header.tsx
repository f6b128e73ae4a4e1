/** Which call it is: its function, the moment, why it waits, where it came from. */
import { useEffect, useState } from "preact/compat";
import type { Decision } from "../../../src/protocol/actions.ts";
import type { PausedCall } from "../../../src/protocol/pauses.ts";
import type { Rule } from "../../../src/protocol/rules.ts";
import { durationText } from "../../../src/protocol/words.ts";
import { momentText } from "../calls/call-words.ts";
import { BreakpointToggle } from "../components/breakpoint-toggle.tsx";
import { frameShort } from "../components/call-text.ts";
import { useApp, useSelector } from "../components/context.ts";
import { Icon, type IconName } from "../components/icon.tsx";
import { Link } from "../components/link.tsx";
import { useProgramName } from "../components/program-name.ts";
import { Name, Shown } from "../components/shown.tsx";
import { useRemote } from "../components/use-remote.ts";
import { Waiting } from "../components/waiting.tsx";
import { functionRuleDraft } from "../rules/rule-draft.ts";
import { plainText } from "../values/visible-text.ts";
import { type CallModel, isWaiting, PHASE_TEXT, type Phase } from "./call-model.ts";
import { detailApi } from "./detail-api.ts";

interface HeaderProps {
  call: CallModel;
  pause: PausedCall | null;
  /** The pause that is shown is over. */
  isOver: boolean;
  onShowFrame: () => void;
}

export function CallHeader({ call, pause, isOver, onShowFrame }: HeaderProps) {
  const program = useProgramName(call.processKey, call.processName);
  const caller = call.frames[0]?.frame;
  return (
    <header className="detail-title">
      <h2>
        <PhaseIcon phase={call.phase} isOver={isOver} />
        <bdi title={plainText(call.name)}>
          <Shown text={call.name} />
        </bdi>
        <span className={`pill ${isBad(call.phase) ? "bad" : ""}`}>{PHASE_TEXT[call.phase]}</span>
        {pause && !isOver && <Why pause={pause} />}
        <span className="detail-tools">
          <BreakpointToggle name={call.name} />
          <Link
            to="breakpoints"
            query={{ new: JSON.stringify(functionRuleDraft(call.name)) }}
            className="button small quiet"
            title="A rule for this function: when it pauses, or what happens by itself"
          >
            <Icon name="rule" /> Rule…
          </Link>
        </span>
      </h2>
      <p>
        {pause ? (
          isOver ? (
            "no longer waiting"
          ) : (
            <>
              paused <Waiting since={pause.paused_at} />
            </>
          )
        ) : (
          <When call={call} />
        )}
        {" · "}
        <Link
          to="processes"
          query={{ process: call.processKey }}
          title={plainText(call.pageUrl ?? call.processKey)}
        >
          <Shown text={program} />
        </Link>
        {caller && (
          <>
            {" · called from "}
            <button
              type="button"
              className="inline-link code"
              title={plainText(caller.filename ?? "")}
              onClick={onShowFrame}
            >
              <Shown text={frameShort(caller)} />
            </button>
            {caller.function && (
              <>
                {" in "}
                <Name className="code" text={caller.function} />
              </>
            )}
          </>
        )}
        {call.parentId !== null && <Parent id={call.parentId} name={call.parentName} />}
      </p>
    </header>
  );
}

/** A call that runs long is told of while it runs: so long it is looked for again. */
const ASK_AGAIN_MS = 2_000;

/** The call it was made in: a link, unless it still runs and is not kept yet. */
function Parent({ id, name }: { id: string; name: string | null }) {
  const { actions } = useApp();
  const [isKept, setKept] = useState(false);
  const { data, problem } = useRemote(
    name === null ? `parent ${id}` : null,
    (signal) => detailApi.call(id, signal),
    isKept ? undefined : ASK_AGAIN_MS,
  );
  const found = data?.function_name ?? null;
  useEffect(() => setKept(found !== null), [found]);
  const shown = name ?? found;
  const title = `The call it was made in (${plainText(id)})`;
  if (shown === null && problem === null) return null;
  if (shown === null) return <span title={title}> · in a call that still runs</span>;
  return (
    <>
      {" · child of "}
      <button type="button" className="inline-link code" title={title} onClick={() => actions.selectCall(id)}>
        <Shown text={shown} />
      </button>
    </>
  );
}

const isBad = (phase: Phase) => phase === "threw" || phase === "exception" || phase === "abandoned";

const ICONS: Record<Phase, readonly [IconName, string]> = {
  before: ["pause", "accent"],
  after: ["pause", "accent"],
  threw: ["pause", "accent"],
  running: ["clock", "dim"],
  success: ["check", "ok"],
  exception: ["cross", "bad"],
  abandoned: ["unlink", "bad"],
  lost: ["unlink", "dim"],
  event: ["check", "dim"],
};

function PhaseIcon({ phase, isOver }: { phase: Phase; isOver: boolean }) {
  const [name, className] = ICONS[phase];
  return isOver && isWaiting(phase) ? (
    <Icon name="clock" className="dim" />
  ) : (
    <Icon name={name} className={className} />
  );
}

function When({ call }: { call: CallModel }) {
  return (
    <>
      {call.number !== null && `#${call.number.toLocaleString("en-US").replaceAll(",", "")} · `}
      {call.startedAt !== null && <time>{momentText(call.startedAt)}</time>}
      {call.durationMs !== null && ` · took ${durationText(call.durationMs)}`}
    </>
  );
}

const CAUSES: Partial<Record<PausedCall["call_data"]["pause_cause"], string>> = {
  mutation: "an argument changed",
  pause_all: "every call pauses",
  pause_next: "the next call",
  pause_after: "paused again after",
  was_paused: "it was paused before",
  delay: "held back for a while",
};

/** Why it waits: the rule with its condition, or what else asked for it. */
function Why({ pause }: { pause: PausedCall }) {
  const { pause_cause, rule: ruleId } = pause.call_data;
  const rule = useSelector((state) => state.rules.find(({ id }) => id === ruleId) ?? null);
  if (ruleId !== null) {
    return (
      <Link to="breakpoints" query={{ rule: ruleId }} className="pill why">
        <Shown text={rule ? ruleText(rule) : `rule ${ruleId}`} />
      </Link>
    );
  }
  const text = CAUSES[pause_cause];
  return text === undefined ? null : <span className="pill">{text}</span>;
}

/** `when args[0].amount > 200 · hit 3` */
export function ruleText(rule: Rule): string {
  const parts = [
    rule.condition ? `when ${rule.condition}` : "",
    rule.value ? "this value again" : "",
    rule.condition || rule.value || !rule.note ? "" : rule.note,
  ].filter((part) => part !== "");
  return `${parts.join(", ") || `rule on ${rule.function}`} · hit ${rule.hits.toLocaleString("en-US")}`;
}

/** `a person`, `the rule refunds`, `the agent claude`. */
export function decidedText({ decided_by: { kind, name } }: Pick<Decision, "decided_by">): string {
  if (kind === "rule") return `the rule ${name ?? "that held"}`;
  const article = kind === "agent" ? "an" : "a";
  return name ? `${kind} ${name}` : `${article} ${kind}`;
}
