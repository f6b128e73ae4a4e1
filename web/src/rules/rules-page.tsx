/** Breakpoints and rules. */
import { Breakpoints } from "../components/breakpoints.tsx";

export function RulesPage() {
  return (
    <div className="page">
      <Breakpoints />
    </div>
  );
}
