/** Rises every so often while the page is looked at: for what is asked again. */
import { useEffect, useState } from "react";

export function useAgain(everyMs: number): number {
  const [version, setVersion] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") setVersion((before) => before + 1);
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return version;
}
