/** The right side of the calls page: whatever is selected there. */
import { ErrorBoundary } from "../components/error-boundary.tsx";
import type { Selection } from "../state/model.ts";
import { PausedCallView } from "./call-view.tsx";
import { RecordedCall } from "./recorded-call.tsx";

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
