/** Why the list is empty, or short. */
import { Icon } from "../components/icon.tsx";
import { Shown } from "../components/shown.tsx";
import { useQuery } from "../router.ts";
import type { WindowState } from "./call-window.ts";
import { count } from "./call-words.ts";

export function ListProblem({ state }: { state: WindowState }) {
  const q = useQuery("q");
  if (state.problem !== null) {
    return (
      <p className="list-note bad" role="alert">
        <Icon name="warning" />{" "}
        <span>
          <Shown text={state.problem} />
        </span>
      </p>
    );
  }
  if (state.searchedTo !== null) {
    return <p className="list-note">Searching… looked back to #{count(state.searchedTo)}</p>;
  }
  if (!state.isLoaded || state.rows.length > 0) return null;
  return (
    <p className="list-note">
      {q === "" ? "No call has been recorded yet." : `None of ${count(state.total)} calls matches.`}
    </p>
  );
}
