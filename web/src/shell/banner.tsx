/** What is wrong with the whole page: the server is gone, or it refused something. */
import { useApp, useSelector } from "../components/context.ts";
import { Icon } from "../components/icon.tsx";
import { Shown } from "../components/shown.tsx";
import { useNow } from "../components/use-now.ts";

export function Banner() {
  const { actions } = useApp();
  const isGone = useSelector((state) => state.connection.status === "gone");
  const problem = useSelector((state) => state.problem);
  return (
    <div className="banners">
      {isGone && <Gone />}
      {problem !== null && (
        <div className="banner" role="alert">
          <Icon name="warning" className="bad" />
          <span>
            <Shown text={problem} />
          </span>
          <button type="button" className="link" onClick={actions.dismissProblem}>
            <Icon name="cross" /> Close
          </button>
        </div>
      )}
    </div>
  );
}

function Gone() {
  const { live } = useApp();
  const retryAt = useSelector((state) => state.connection.retryAt);
  const seconds = Math.ceil((retryAt - useNow()) / 1000);
  return (
    <div className="banner" role="alert">
      <Icon name="unlink" className="bad" />
      <span>
        <b>Server gone, trying again.</b> What you see is how it was; your edits are kept.
      </span>
      <span className="note" aria-hidden="true">
        {seconds > 0 ? `in ${seconds} s` : "now"}
      </span>
      <button type="button" className="link" onClick={live.retryNow}>
        Try now
      </button>
    </div>
  );
}
