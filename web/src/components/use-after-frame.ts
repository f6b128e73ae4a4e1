import { useEffect, useState } from "preact/compat";
import { afterFrame } from "./drawing.ts";

/** False for the first picture of a component, which comes the sooner for what waits; true from the next one on. */
export function useAfterFrame(): boolean {
  const [isLater, setLater] = useState(false);
  useEffect(() => afterFrame(() => setLater(true)), []);
  return isLater;
}
