/** A leaf being typed, in its own line: the old value struck through beside it, the first error under it. */
import { useEffect, useId, useRef } from "preact/compat";
import { Icon } from "../components/icon.tsx";
import { readLiteral } from "./literal.ts";

interface LeafEditorProps {
  text: string;
  label: string;
  isDate: boolean;
  onType: (text: string) => void;
  /** `json` when it can be kept, and whether the person wants to go on to the next leaf. */
  onKeep: (json: string) => void;
  onCancel: () => void;
}

export function LeafEditor({ text, label, isDate, onType, onKeep, onCancel }: LeafEditorProps) {
  const input = useRef<HTMLInputElement>(null);
  const errorId = useId();
  useEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  const read = readLiteral(text, isDate ? "date" : "other");

  const onKeyDown = (event: KeyboardEvent) => {
    const isSubmit = event.key === "Enter" && !event.isComposing;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      onCancel();
    } else if (isSubmit || event.key === "Tab") {
      if (!read.ok) {
        // What is not a value can neither be kept nor run.
        if (isSubmit) event.preventDefault();
        if (isSubmit) event.stopPropagation();
        return;
      }
      onKeep(read.json);
      // With Ctrl or Cmd the key goes on to whoever runs the call, with this edit in it.
      if (event.key === "Tab" || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      event.stopPropagation();
    }
  };

  return (
    <span className="leaf-editor" data-invalid={!read.ok}>
      <input
        ref={input}
        type="text"
        value={text}
        onChange={(event) => onType(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onBlur={() => read.ok && onKeep(read.json)}
        aria-label={label}
        aria-invalid={!read.ok}
        aria-describedby={errorId}
        data-editor="leaf"
        size={Math.max(6, Math.min(60, text.length + 1))}
        spellcheck={false}
        autoCapitalize="off"
        autoComplete="off"
      />
      <span className="leaf-note" id={errorId} aria-live="polite">
        {read.ok ? (
          <>
            <kbd>⏎</kbd> keep <kbd>Esc</kbd> back
          </>
        ) : (
          <span className="bad">
            <Icon name="warning" /> {read.message}
          </span>
        )}
      </span>
    </span>
  );
}
