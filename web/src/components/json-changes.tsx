/** What an edit changes: old and new side by side, leaf by leaf. */
import { useMemo } from "react";
import { diffJson } from "../values/json-diff.ts";
import { Icon } from "./icon.tsx";
import { Shown } from "./shown.tsx";

export function JsonChanges({ before, after }: { before: string; after: string }) {
  const { changes, more } = useMemo(() => diffJson(JSON.parse(before), JSON.parse(after)), [before, after]);
  if (changes.length === 0) return null;
  return (
    <ul className="changes" aria-label="Changes">
      {changes.map((change) => (
        <li key={change.path}>
          {change.path !== "" && (
            <code>
              <Shown text={change.path} />
            </code>
          )}
          {change.before === null ? (
            <span className="note">added</span>
          ) : (
            <del>
              <Shown text={change.before} />
            </del>
          )}
          <Icon name="arrow" className="dim" />
          {change.after === null ? (
            <span className="note">removed</span>
          ) : (
            <ins>
              <Shown text={change.after} />
            </ins>
          )}
        </li>
      ))}
      {more > 0 && <li className="note">and {more} more</li>}
    </ul>
  );
}
