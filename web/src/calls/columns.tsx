/** The columns of the list. The mark and the function are always there. */
import type { ComponentChildren } from "preact";
import type { CallSummary } from "../../../src/protocol/records.ts";
import { durationText } from "../../../src/protocol/words.ts";
import { Shown } from "../components/shown.tsx";
import { plainText } from "../values/visible-text.ts";
import { decidedText, momentText, siteText, valuesText } from "./call-words.ts";

export interface Column {
  readonly id: string;
  readonly title: string;
  /** As `grid-template-columns` takes it. */
  readonly width: string;
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
    width: "72px",
    isNumber: true,
    show: (call) => plain(`#${call.number}`, "faint number"),
  },
  {
    id: "started",
    title: "Started",
    width: "92px",
    show: (call) => plain(momentText(call.started_at), "faint"),
  },
  {
    id: "values",
    title: "Arguments and result",
    width: "minmax(0, 2fr)",
    show: (call) => <Text text={valuesText(call)} className={call.status === "exception" ? "bad" : "dim"} />,
  },
  {
    id: "site",
    title: "Called from",
    width: "minmax(60px, 110px)",
    show: (call) => <Text text={siteText(call)} className="faint" />,
  },
  {
    id: "process",
    title: "Program",
    width: "minmax(0, 0.7fr)",
    show: (call) => <Text text={call.process_name} className="faint" />,
  },
  {
    id: "decided",
    title: "Decided",
    width: "minmax(60px, 110px)",
    show: (call) => <Text text={decidedText(call)} className="faint" />,
  },
  {
    id: "session",
    title: "Session",
    width: "56px",
    isNumber: true,
    show: (call) => plain(String(call.session), "faint number"),
  },
  {
    id: "duration",
    title: "Time",
    width: "80px",
    isNumber: true,
    show: (call) => plain(durationText(call.duration_ms), "faint number"),
  },
];

/** On a phone held upright without the program: what the call did needs the room. */
export const chosen = (ids: readonly string[], isPhone: boolean): readonly Column[] =>
  COLUMNS.filter((column) => ids.includes(column.id) && !(isPhone && column.id === "process"));

export const gridTemplate = (columns: readonly Column[]): string =>
  ["14px", "minmax(90px, 1.2fr)", ...columns.map((column) => column.width)].join(" ");
