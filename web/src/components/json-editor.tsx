/** A text area for JSON: coloured, growing with its text, its first error named beside it. */
import { useId, useMemo } from "react";
import { scanJson } from "../values/json-scan.ts";
import { inexactNumbers } from "../values/json-text.ts";
import { Icon } from "./icon.tsx";
import { Tokens } from "./json-text.tsx";

interface JsonEditorProps {
  text: string;
  label: string;
  onChange: (text: string) => void;
  /** Lets the keyboard find it: see use-keyboard.ts. */
  kind: "argument" | "result";
  disabled?: boolean;
}

export function JsonEditor({ text, label, onChange, kind, disabled = false }: JsonEditorProps) {
  const errorId = useId();
  const scan = useMemo(() => scanJson(text), [text]);
  const inexact = useMemo(() => inexactNumbers(scan.tokens), [scan]);
  const { error } = scan;
  return (
    <div className="editor" data-invalid={error !== null}>
      <div className="editor-box">
        <div className="editor-stack">
          <pre aria-hidden="true">
            <Tokens text={text} scan={scan} />
            {(text === "" || text.endsWith("\n")) && " "}
          </pre>
          <textarea
            value={text}
            onChange={(event) => onChange(event.target.value)}
            aria-label={label}
            aria-invalid={error !== null}
            aria-describedby={errorId}
            data-editor={kind}
            disabled={disabled}
            rows={1}
            spellCheck={false}
            autoCapitalize="off"
            autoComplete="off"
          />
        </div>
      </div>
      <p className="editor-note" id={errorId} aria-live="polite">
        {error ? (
          <span className="bad">
            <Icon name="warning" /> Line {error.line}, column {error.column}: {error.message}
          </span>
        ) : (
          inexact.length > 0 && (
            <span className="note">
              <Icon name="warning" /> {inexact[0]} has more digits than a number keeps. Write it as{" "}
              {'{"$type": "bigint", "value": "…"}'} or as text.
            </span>
          )
        )}
      </p>
    </div>
  );
}
