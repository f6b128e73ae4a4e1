/** Why the list is empty, or short. */
import { Icon } from "../components/icon.tsx";
import { Shown } from "../components/shown.tsx";
import { useRemote } from "../components/use-remote.ts";
import { router, useQuery } from "../router.ts";
import type { WindowState } from "./call-window.ts";
import { count } from "./call-words.ts";
import { recordApi } from "./record-api.ts";

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
  if (q === "") return <p className="list-note">No call has been recorded yet.</p>;
  return (
    <p className="list-note">
      None of {count(state.total)} calls matches. <Meant q={q} />
      <button type="button" className="link" onClick={() => router.set({ q: null }, "push")}>
        Show all
      </button>
    </p>
  );
}

/** The query that may be meant: one with a name that has calls. */
function Meant({ q }: { q: string }) {
  const { data } = useRemote(q, (signal) => recordApi.check(q, signal));
  const meant = data?.meant ?? null;
  if (meant === null) return null;
  return (
    <>
      Did you mean{" "}
      <button type="button" className="link code" onClick={() => router.set({ q: meant }, "push")}>
        <Shown text={meant} />
      </button>
      ?{" "}
    </>
  );
}
