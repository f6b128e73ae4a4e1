import type { RefObject } from "preact";
import { useCallback, useLayoutEffect, useState } from "preact/compat";

export interface Scroll {
  readonly top: number;
  readonly viewport: number;
  /** See `placeRows`. */
  readonly skew: number;
}

/** Where a box is scrolled to, and how high it is. */
export function useScroll(box: RefObject<HTMLElement | null>): [Scroll, (skew?: number) => void] {
  const [scroll, setScroll] = useState<Scroll>({ top: 0, viewport: 600, skew: 0 });
  const read = useCallback(
    (asked?: number) => {
      const element = box.current;
      if (!element) return;
      const [top, viewport] = [element.scrollTop, element.clientHeight];
      setScroll((before) => {
        const skew = asked ?? before.skew;
        const isSame = before.top === top && before.viewport === viewport && before.skew === skew;
        return isSame ? before : { top, viewport, skew };
      });
    },
    [box],
  );
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    read();
    const observer = new ResizeObserver(() => read());
    observer.observe(element);
    return () => observer.disconnect();
  }, [box, read]);
  return [scroll, read];
}
