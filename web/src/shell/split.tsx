/** Two areas with a border to drag (or to move with the arrow keys) between them. Where it stands is kept in this browser. */
import type { ReactNode } from "react";
import { Group, Panel, type PanelProps, Separator, useDefaultLayout } from "react-resizable-panels";
import { keepText, readText } from "../storage.ts";

const storage = {
  getItem: (key: string) => readText(() => localStorage, key),
  setItem: (key: string, value: string) => keepText(() => localStorage, key, value),
};

type Side = Pick<PanelProps, "defaultSize" | "minSize" | "maxSize" | "groupResizeBehavior"> & {
  content: ReactNode;
};

interface SplitProps {
  /** Names what is kept. */
  id: string;
  orientation: "horizontal" | "vertical";
  /** What the border is between, for those who do not see it. */
  label: string;
  first: Side;
  /** Null leaves the whole area to the first. */
  second: Side | null;
}

export function Split({ id, orientation, label, first, second }: SplitProps) {
  const [one, two] = [`${id}-1`, `${id}-2`];
  const kept = useDefaultLayout({
    id: `cideldill.split.${id}`,
    panelIds: second ? [one, two] : [one],
    storage,
    onlySaveAfterUserInteractions: true,
  });
  return (
    <Group
      className={`split split-${orientation}`}
      orientation={orientation}
      {...(kept.defaultLayout ? { defaultLayout: kept.defaultLayout } : {})}
      onLayoutChanged={kept.onLayoutChanged}
    >
      {panel(one, first)}
      {second && <Separator className="separator" aria-label={label} />}
      {second && panel(two, second)}
    </Group>
  );
}

const panel = (id: string, { content, ...size }: Side) => (
  <Panel id={id} key={id} className="split-panel" {...size}>
    {content}
  </Panel>
);
