/** Above everything: who is connected, what breakpoints do, the filter, and the flow. */
import type { ComponentChildren } from "preact";
import { useSelector } from "../components/context.ts";
import { Icon } from "../components/icon.tsx";
import { Link } from "../components/link.tsx";
import { isMac } from "../components/platform.ts";
import { BehaviorSwitch } from "./behavior-switch.tsx";
import { FlowButtons } from "./flow-buttons.tsx";

interface ToolbarProps {
  onPalette: () => void;
  /** What the page at hand puts into the middle: the filter of the calls. */
  children?: ComponentChildren;
}

export function Toolbar({ onPalette, children }: ToolbarProps) {
  return (
    <header className="toolbar">
      <h1 className="logo">
        <Link to="calls">
          CID <span>el</span> Dill
        </Link>
      </h1>
      <ConnectionPill />
      <BehaviorSwitch />
      <div className="toolbar-middle">{children}</div>
      <FlowButtons />
      <button
        type="button"
        className="button palette-button"
        onClick={onPalette}
        title="Every command, by name"
      >
        <span className="hidden">Commands </span>
        <kbd>{isMac ? "⌘K" : "Ctrl K"}</kbd>
      </button>
    </header>
  );
}

function ConnectionPill() {
  const { status, version } = useSelector((state) => state.connection);
  const programs = useSelector((state) => state.processes.length);
  const port = location.port === "" ? location.host : `:${location.port}`;
  if (status === "live") {
    return (
      <Link
        to="processes"
        className="pill connection"
        title={`Connected to ${location.origin}, version ${version}. Programs that report calls: ${programs}`}
      >
        <span data-status="live" className="connection-state">
          <Icon name="link" className="ok" />
          <span className="connection-word">connected</span>
        </span>
        <span className="port">
          {programs > 0 ? `${programs} program${programs === 1 ? "" : "s"} · ` : ""}
          {port}
        </span>
      </Link>
    );
  }
  return (
    <span className="pill connection" data-status={status}>
      <Icon name="unlink" className={status === "gone" ? "bad" : ""} />
      {status === "gone" ? "server gone" : "connecting"}
      <span className="port">{port}</span>
    </span>
  );
}
