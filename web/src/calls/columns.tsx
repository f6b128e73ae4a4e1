/** The columns of the list. The mark and the function are always there. */
import type { ComponentChildren } from "preact";
import type { CallSummary } from "../../../src/protocol/records.ts";
import { durationText } from "../../../src/protocol/words.ts";
import { Icon } from "../components/icon.tsx";
import { Shown } from "../components/shown.tsx";
import { plainText } from "../values/visible-text.ts";
import { decidedText, momentText, siteText, valuesText } from "./call-words.ts";

export interface Column {
  readonly id: string;
  readonly title: string;
  /** In pixels, or a share of what the others leave. */
  readonly width: number;
  readonly isShare?: boolean;
  /** Pixels that it has when there is little room. */
  readonly least?: number;
  readonly isNumber?: boolean;
  readonly show: (call: CallSummary) => ComponentChildren;
}

/** Text of a program, in one line, cut by the cell. */
export function Text({ text, className = "" }: { text: string; className?: string }) {
  return (
    <bdi className={`cell ${className}`} title={plainText(text)}>
      <Shown text={text} />
    </bdi>
  );
}

const plain = (text: string, className = "") => <span className={`cell ${className}`}>{text}</span>;

export const COLUMNS: readonly Column[] = [
  {
    id: "number",
    title: "Number",
    width: 72,
    isNumber: true,
    show: (call) => plain(`#${call.number}`, "faint number"),
  },
  {
    id: "started",
    title: "Started",
    width: 92,
    show: (call) => plain(momentText(call.started_at), "faint"),
  },
  {
    id: "values",
    title: "Arguments and result",
    width: 2,
    isShare: true,
    show: (call) => <Text text={valuesText(call)} className={call.status === "exception" ? "bad" : "dim"} />,
  },
  {
    id: "site",
    title: "Called from",
    width: 110,
    least: 60,
    show: (call) => <Text text={siteText(call)} className="faint" />,
  },
  {
    id: "process",
    title: "Program",
    width: 0.7,
    isShare: true,
    show: (call) => <Text text={call.process_name} className="faint" />,
  },
  {
    id: "decided",
    title: "Decided",
    width: 110,
    least: 60,
    show: (call) => <Text text={decidedText(call)} className="faint" />,
  },
  {
    id: "session",
    title: "Session",
    width: 56,
    isNumber: true,
    show: (call) => plain(String(call.session), "faint number"),
  },
  {
    id: "duration",
    title: "Time",
    width: 80,
    isNumber: true,
    show: (call) => plain(durationText(call.duration_ms), "faint number"),
  },
];

/** Always there, after the mark. */
export const FUNCTION: Column = {
  id: "function",
  title: "Function",
  width: 1.2,
  isShare: true,
  least: 90,
  show: (call) => (
    <span className="function-cell">
      <Text text={call.function_name} />
      {call.pinned && (
        <span title="Pinned: it stays when old calls are removed">
          <Icon name="pin" className="info" />
          <span className="hidden">pinned</span>
        </span>
      )}
    </span>
  ),
};

/** On a phone held upright without the program: what the call did needs the room. */
export const chosen = (ids: readonly string[], isPhone: boolean): readonly Column[] => [
  FUNCTION,
  ...COLUMNS.filter((column) => ids.includes(column.id) && !(isPhone && column.id === "process")),
];
