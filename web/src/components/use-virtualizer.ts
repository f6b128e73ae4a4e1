/** TanStack Virtual as a hook: of many rows, those in sight. */
import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type PartialKeys,
  Virtualizer,
  type VirtualizerOptions,
} from "@tanstack/virtual-core";
import { useLayoutEffect, useState } from "preact/compat";
import { useRedraw } from "./use-redraw.ts";

type Options = PartialKeys<
  VirtualizerOptions<Element, Element>,
  "observeElementRect" | "observeElementOffset" | "scrollToFn"
>;

export function useVirtualizer(options: Options): Virtualizer<Element, Element> {
  const redraw = useRedraw();
  const all = {
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => redraw(),
    ...options,
  };
  const [virtual] = useState(() => new Virtualizer(all));
  virtual.setOptions(all);
  useLayoutEffect(() => virtual._didMount(), [virtual]);
  useLayoutEffect(() => virtual._willUpdate());
  return virtual;
}
