import { Icon } from "./icon.tsx";

/** Asks the server once more for what is shown. */
export function RefreshButton({ again }: { again: () => void }) {
  return (
    <button type="button" className="button small quiet" onClick={again}>
      <Icon name="again" /> Refresh
    </button>
  );
}
