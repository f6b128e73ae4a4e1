/** Text of a program in a box that scrolls, which must be reachable by keyboard. */
import { Shown } from "./shown.tsx";

export function ScrollText({ text, className = "scroll-text" }: { text: string; className?: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard.
    <pre className={className} tabIndex={0}>
      <Shown text={text} block />
    </pre>
  );
}
