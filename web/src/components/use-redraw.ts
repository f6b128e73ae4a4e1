import { useReducer } from "preact/compat";

/**
 * Draws the component again. A box or a choice then shows what the page knows, whatever was clicked: what was asked for is
 * seen when it is so.
 */
export function useRedraw(): () => void {
  const [, redraw] = useReducer<number, void>((count) => count + 1, 0);
  return redraw;
}
