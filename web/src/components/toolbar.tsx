import { BehaviorSwitch } from "./behavior-switch.tsx";
import { useSelector } from "./context.ts";
import { Icon } from "./icon.tsx";
import { ThemeButton } from "./theme-button.tsx";

export function Toolbar({ onHelp }: { onHelp: () => void }) {
  const count = useSelector((state) => state.pauses.length);
  return (
    <header className="toolbar">
      <h1 className="logo">
        CID <span>el</span> Dill
      </h1>
      <ConnectionPill />
      <output className={`pill waiting ${count > 0 ? "is-waiting" : ""}`}>
        <Icon name="pause" />
        {count === 0 ? "none waiting" : `${count} waiting`}
      </output>
      <span className="space" />
      <span className="caption" aria-hidden="true">
        Breakpoints
      </span>
      <BehaviorSwitch />
      <ThemeButton />
      <button
        type="button"
        className="button icon-only help-button"
        onClick={onHelp}
        aria-label="Keys and help"
        title="Keys and help (?)"
      >
        ?
      </button>
    </header>
  );
}

function ConnectionPill() {
  const { status, version } = useSelector((state) => state.connection);
  const port = location.port === "" ? location.host : `:${location.port}`;
  if (status === "live") {
    return (
      <span className="pill connection" data-status="live" title={`${location.origin}, version ${version}`}>
        <Icon name="link" className="ok" />
        connected<span className="port"> · {port}</span>
      </span>
    );
  }
  return (
    <span className="pill connection" data-status={status}>
      <Icon name="unlink" className={status === "gone" ? "bad" : ""} />
      {status === "gone" ? "server gone" : "connecting"}
      <span className="port"> · {port}</span>
    </span>
  );
}
