import { type RefObject, useCallback, useLayoutEffect, useState } from "react";

export interface Scroll {
  readonly top: number;
  readonly viewport: number;
}

/** Where a box is scrolled to, and how high it is. */
export function useScroll(box: RefObject<HTMLElement | null>): [Scroll, () => void] {
  const [scroll, setScroll] = useState<Scroll>({ top: 0, viewport: 600 });
  const read = useCallback(() => {
    const element = box.current;
    if (!element) return;
    const [top, viewport] = [element.scrollTop, element.clientHeight];
    setScroll((before) => (before.top === top && before.viewport === viewport ? before : { top, viewport }));
  }, [box]);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    read();
    const observer = new ResizeObserver(read);
    observer.observe(element);
    return () => observer.disconnect();
  }, [box, read]);
  return [scroll, read];
}
