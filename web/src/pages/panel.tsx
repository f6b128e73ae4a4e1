/** What was chosen in a table, above it: its head, and what is wrong with it. */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "../components/icon.tsx";
import { Shown } from "../components/shown.tsx";
import { router } from "../router.ts";

interface PanelProps {
  label: string;
  icon: IconName;
  title: ComponentChildren;
  note?: ComponentChildren;
  /** Before the button that closes it. */
  tools?: ComponentChildren;
  /** What of the address opens it. */
  field: string;
  problem?: string | null;
  isLoading?: boolean;
  children: ComponentChildren;
}

export function Panel(props: PanelProps) {
  const { label, icon, title, note, tools, field, problem = null, isLoading = false, children } = props;
  return (
    <section className="panel" aria-label={label} aria-busy={isLoading}>
      <header>
        <h3>
          <Icon name={icon} /> {title}
        </h3>
        {note && <span className="note">{note}</span>}
        <span className="space" />
        {tools}
        <button
          type="button"
          className="button small icon-only quiet"
          aria-label="Close"
          onClick={() => router.set({ [field]: null })}
        >
          <Icon name="cross" />
        </button>
      </header>
      {problem !== null && (
        <p className="bad">
          <Shown text={problem} />
        </p>
      )}
      {children}
    </section>
  );
}
