/** The right side of the calls page: whatever is selected there. */
import { ErrorBoundary } from "../components/error-boundary.tsx";
import { later } from "../components/later.tsx";
import type { Selection } from "../state/model.ts";

const PausedCallView = later(async () => (await import("./call-view.tsx")).PausedCallView);
const RecordedCall = later(async () => (await import("./recorded-call.tsx")).RecordedCall);

export function DetailPane({ selection }: { selection: Selection }) {
  const id = selection.kind === "pause" ? selection.pause.id : selection.id;
  return (
    <ErrorBoundary key={`${selection.kind} ${id}`} what="This call">
      {selection.kind === "pause" ? (
        <PausedCallView pause={selection.pause} />
      ) : (
        <RecordedCall id={selection.id} />
      )}
    </ErrorBoundary>
  );
}
