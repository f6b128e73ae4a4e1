import { useCallback, useSyncExternalStore } from "preact/compat";

/** Whether a media query fits now. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = matchMedia(query);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}

/** A phone held upright: one thing at a time. The same width as in styles/narrow.css. */
export const useIsPhone = (): boolean => useMedia("(max-width: 720px)");
