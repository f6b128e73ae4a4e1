/** What every page of lists has: a heading, something to find things with, a state for having nothing. */
import type { ComponentChildren } from "preact";
import { Icon } from "../components/icon.tsx";
import { Shown } from "../components/shown.tsx";

interface PageProps {
  title: string;
  /** What this page is for, in a sentence. */
  about: string;
  /** At the right of the heading. */
  tools?: ComponentChildren;
  problem?: string | null;
  isLoading?: boolean;
  children: ComponentChildren;
}

export function Page({ title, about, tools, problem = null, isLoading = false, children }: PageProps) {
  return (
    <section className="page" aria-labelledby="page-title" aria-busy={isLoading}>
      <header className="page-header">
        <h2 id="page-title">{title}</h2>
        <p className="note">{about}</p>
        {tools}
      </header>
      {problem !== null && (
        <p className="list-note bad page-problem" role="alert">
          <Icon name="warning" /> <Shown text={problem} />
        </p>
      )}
      <div className="page-body">{children}</div>
    </section>
  );
}

/** An empty page teaches what would fill it. */
export function Nothing({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <div className="nothing">
      <b>{title}</b>
      <div>{children}</div>
    </div>
  );
}

interface FindProps {
  label: string;
  value: string;
  onChange: (text: string) => void;
}

export function Find({ label, value, onChange }: FindProps) {
  return (
    <span className="find">
      <Icon name="search" className="faint" />
      <input
        type="text"
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        placeholder={label}
        aria-label={label}
        spellcheck={false}
        autoCapitalize="off"
        autoComplete="off"
      />
    </span>
  );
}
