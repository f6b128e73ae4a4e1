/** A value of the record as a tree. */
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/compat";
import type { TreeRoot } from "../values/tree-rows.ts";
import { useValueTexts, valueText } from "../values/value-texts.ts";
import { ValueTree } from "../values/value-tree.tsx";
import { detailApi } from "./detail-api.ts";

interface KeptValueProps {
  cid: string;
  label: string;
  /** Trees of the same memory open the same nodes. */
  memory: string;
  isOpenAtFirst: boolean;
  /** What stands there until the value is here, or when it cannot be had. */
  children: ComponentChildren;
}

export function KeptValue({ cid, label, memory, isOpenAtFirst, children }: KeptValueProps) {
  useValueTexts();
  const fetched = valueText(cid, detailApi.value);
  const text = fetched.state === "there" ? fetched.text : null;
  const roots = useMemo(
    (): TreeRoot[] => (text === null ? [] : [{ key: cid, name: null, label: null, text, before: null }]),
    [text, cid],
  );
  if (roots.length === 0) return children;
  return <ValueTree roots={roots} label={label} memory={memory} isOpenAtFirst={isOpenAtFirst} fits />;
}
