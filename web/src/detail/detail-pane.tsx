/** The right side of the calls page: whatever is selected there. */
import { Detail } from "../components/detail.tsx";
import { ErrorBoundary } from "../components/error-boundary.tsx";
import type { Selection } from "../state/model.ts";

export function DetailPane({ selection }: { selection: Selection }) {
  if (selection.kind === "pause") {
    return (
      <ErrorBoundary key={selection.pause.id} what="This call">
        <Detail pause={selection.pause} />
      </ErrorBoundary>
    );
  }
  return (
    <section className="detail" aria-label="Selected call" tabIndex={-1} data-detail={selection.id}>
      <p className="empty">Call {selection.id}</p>
    </section>
  );
}
