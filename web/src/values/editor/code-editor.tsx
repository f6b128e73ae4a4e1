/** An editor in React. Until CodeMirror has loaded, which takes a moment once, the text is there to be read. */
import { useEffect, useEffectEvent, useImperativeHandle, useRef, useState } from "react";
import { Shown } from "../../components/shown.tsx";
import type { Editor, EditorOptions } from "./editor-types.ts";

export interface CodeEditorHandle {
  focus(): void;
  recheck(): void;
}

interface CodeEditorProps extends Omit<EditorOptions, "text"> {
  /** What it shows; a text that is not the editor's own takes the place of that. */
  text: string;
  autoFocus?: boolean;
  /** Lets the keyboard find it. */
  kind: string;
  className?: string;
  ref?: React.Ref<CodeEditorHandle>;
}

let loading: Promise<typeof import("./codemirror.ts")> | undefined;

/** Loads CodeMirror before it is needed, when it is likely to be. */
export const loadCodeMirror = () => {
  loading ??= import("./codemirror.ts");
  return loading;
};

export function CodeEditor({
  text,
  autoFocus = false,
  kind,
  className = "",
  ref,
  ...options
}: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const [isReady, setReady] = useState(false);
  const wantsFocus = useRef(autoFocus);

  const onChange = useEffectEvent((now: string) => options.onChange(now));
  const onSubmit = useEffectEvent(() => options.onSubmit?.());
  const onHistory = useEffectEvent((step: -1 | 1) => options.onHistory?.(step) ?? null);
  const check = useEffectEvent((now: string) => options.check?.(now) ?? []);
  const suggest = useEffectEvent((now: string, at: number) => options.suggest?.(now, at) ?? null);
  const now = useEffectEvent(() => ({ text, options }));

  useEffect(() => {
    let isGone = false;
    void loadCodeMirror().then(({ createEditor }) => {
      if (isGone || !host.current) return;
      const { text: first, options: given } = now();
      const made = createEditor(host.current, {
        ...given,
        text: first,
        onChange,
        onSubmit,
        onHistory,
        ...(given.check ? { check } : {}),
        ...(given.suggest ? { suggest } : {}),
      });
      editor.current = made;
      setReady(true);
      if (wantsFocus.current) made.focus();
    });
    return () => {
      isGone = true;
      editor.current?.destroy();
      editor.current = null;
    };
    // One editor for as long as the component lives.
  }, []);

  useEffect(() => {
    editor.current?.setText(text);
  }, [text]);

  useImperativeHandle(ref, () => ({
    focus() {
      wantsFocus.current = true;
      editor.current?.focus();
    },
    recheck: () => editor.current?.recheck(),
  }));

  return (
    <div className={`code-editor ${className}`} data-ready={isReady}>
      {!isReady && (
        <pre aria-hidden="true">
          <Shown text={text.slice(0, 20_000)} block />
        </pre>
      )}
      <div ref={host} className="code-host" data-typing data-editor={kind} />
    </div>
  );
}
