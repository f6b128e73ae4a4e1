/** Calls as a file: to keep, to work on, or one page to hand on. */
import { useId } from "preact/compat";
import { Icon } from "../components/icon.tsx";
import { pathOf } from "../place.ts";

/** The calls of these numbers, or else those that fit a query. */
interface ShareMenuProps {
  numbers?: readonly number[];
  q?: string;
  className: string;
  /** Shown on the button. */
  word?: string;
}

const FORMATS = [
  ["html", "One HTML page", "opens anywhere, without a network"],
  ["ndjson", "Lines of JSON", "a call a line, for scripts"],
  ["json", "JSON", "one value"],
] as const;

export function ShareMenu({ numbers, q, className, word }: ShareMenuProps) {
  const id = useId();
  const anchor = `--share-${id.replaceAll(/\W/g, "")}`;
  return (
    <>
      <button
        type="button"
        className={className}
        popoverTarget={id}
        aria-label="Export these calls"
        title="Export: a page to hand on, or JSON"
        style={{ ["anchorName" as string]: anchor }}
      >
        <Icon name="download" /> {word}
      </button>
      <div
        id={id}
        popover="auto"
        className="menu share-menu"
        style={{ ["positionAnchor" as string]: anchor }}
      >
        <h3 className="subtitle">Export with values and stacks</h3>
        {FORMATS.map(([format, title, about]) => (
          <a
            key={format}
            href={pathOf("/api/calls/share", { format, q, calls: numbers?.join(",") })}
            download={`calls.${format}`}
            onClick={() => document.getElementById(id)?.hidePopover()}
          >
            {title} <span className="note">{about}</span>
          </a>
        ))}
        {q !== undefined && <p className="note">The newest 1,000 that fit.</p>}
      </div>
    </>
  );
}
