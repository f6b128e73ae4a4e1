import type { MouseEvent } from "react";

/** The second click of a double click would release the call that took the first one's place. */
export const once = (run: () => void) => (event: MouseEvent) => {
  if (event.detail <= 1) run();
};
