import type { CSSProperties } from "preact";
import { memo } from "preact/compat";
import type { CallSummary } from "../../../src/protocol/records.ts";
import { Icon } from "../components/icon.tsx";
import { markOf } from "./call-words.ts";
import type { Column } from "./columns.tsx";

interface CallRowProps {
  call: CallSummary;
  columns: readonly Column[];
  isSelected: boolean;
  isMarked: boolean;
  isPaused: boolean;
  onPick: (call: CallSummary, event: MouseEvent) => void;
}

export const rowId = (number: number) => `call-${number}`;

export const CallRow = memo(function CallRow({
  call,
  columns,
  isSelected,
  isMarked,
  isPaused,
  onPick,
}: CallRowProps) {
  const mark = markOf(call, isPaused);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list around it has the keys.
    // biome-ignore lint/a11y/useFocusableInteractive: the list around it has the focus.
    <div
      id={rowId(call.number)}
      role="option"
      aria-selected={isSelected || isMarked}
      className={`row call-row ${isSelected ? "is-selected" : ""} ${isMarked ? "is-marked" : ""} ${isPaused ? "is-paused" : ""}`}
      data-call={call.number}
      onClick={(event) => onPick(call, event)}
    >
      <span className={`mark-cell ${mark.tone}`} title={mark.text}>
        <Icon name={mark.icon} />
        <span className="hidden">{mark.text}</span>
      </span>
      {columns.map((column) => (
        <Cell key={column.id} column={column} call={call} />
      ))}
    </div>
  );
});

const Cell = ({ column, call }: { column: Column; call: CallSummary }) => column.show(call);

/** A row whose call is on its way. */
export const BlankRow = ({ style }: { style?: CSSProperties }) => (
  <div className="row call-row is-blank" role="presentation" style={style}>
    <span />
    <span className="blank" />
  </div>
);
