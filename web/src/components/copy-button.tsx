import { useEffect, useState } from "preact/compat";
import { copyText } from "./copy-text.ts";
import { Icon } from "./icon.tsx";

const SHOWN_MS = 1_600;

export function CopyButton({ text, label }: { text: string; label: string }) {
  const [outcome, setOutcome] = useState<"copied" | "failed" | null>(null);
  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = () => copyText(text).then((done) => setOutcome(done ? "copied" : "failed"));
  return (
    <button type="button" className="button small" aria-label={label} onClick={() => void copy()}>
      {outcome === null && <Icon name="copy" />}
      {outcome === "copied" && <Icon name="check" className="ok" />}
      {outcome === "failed" && <Icon name="warning" className="bad" />}
      <span aria-live="polite">
        {outcome === "copied" ? "Copied" : outcome === "failed" ? "Select it by hand" : "Copy"}
      </span>
    </button>
  );
}
