import type { ComponentChildren } from "preact";

/** One setting: its name, what it does, and the control. */
export function Setting({
  title,
  about,
  children,
}: {
  title: string;
  about: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <div className="setting">
      <div>
        <b>{title}</b>
        <p className="note">{about}</p>
      </div>
      <div className="setting-control">{children}</div>
    </div>
  );
}
