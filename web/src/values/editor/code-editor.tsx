/** An editor as a component. Until CodeMirror has loaded, which takes a moment once, the text is there to be read. */
import type { Ref } from "preact";
import {
  useEffect,
  useEffectEvent,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from "preact/compat";
import { drawNow } from "../../components/drawing.ts";
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
  ref?: Ref<CodeEditorHandle>;
}

let loading: Promise<typeof import("./codemirror.ts")> | undefined;

/** Loads CodeMirror before it is needed, when it is likely to be. */
export const loadCodeMirror = () => {
  loading ??= import("./codemirror.ts");
  return loading;
};

/** For so long after an editor came, in ms, nobody gives up the focus of it on purpose. */
const SETTLED_MS = 500;

/**
 * What loses its place in the order of Tab loses the focus, as the element around the editor does: the browser may do so
 * a moment later, when the editor in it has the focus.
 */
function keepFocus(host: HTMLElement, editor: Editor): void {
  editor.focus();
  const again = ({ relatedTarget }: FocusEvent) => {
    if (relatedTarget === null && document.activeElement === document.body) editor.focus();
  };
  host.addEventListener("focusout", again);
  setTimeout(() => host.removeEventListener("focusout", again), SETTLED_MS);
}

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
  /** Pressed while it loads. */
  const held = useRef<readonly KeyboardEvent[]>([]);
  const replay = useEffectEvent((made: Editor) => {
    for (const press of held.current) {
      const isChord = press.ctrlKey || press.metaKey;
      // What was typed before a key that sends it counts.
      drawNow();
      if (isChord) host.current?.dispatchEvent(new KeyboardEvent(press.type, press));
      else if (press.key !== "Enter") made.type(press.key);
      else if (options.isPrompt) onSubmit();
      else made.type("\n");
    }
    held.current = [];
  });
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
      const isFocused = document.activeElement === host.current;
      setReady(true);
      drawNow();
      if (isFocused) keepFocus(host.current, made);
      replay(made);
    });
    return () => {
      isGone = true;
      editor.current?.destroy();
      editor.current = null;
    };
    // One editor for as long as the component lives.
  }, []);

  useLayoutEffect(() => {
    if (autoFocus) host.current?.focus();
  }, [autoFocus]);

  // Before more is typed: it would be taken back.
  useLayoutEffect(() => {
    editor.current?.setText(text);
  }, [text]);

  useImperativeHandle(ref ?? null, () => ({
    focus: () => (editor.current ?? host.current)?.focus(),
    recheck: () => editor.current?.recheck(),
  }));

  const hold = (event: KeyboardEvent) => {
    const { key, ctrlKey, metaKey } = event;
    const isChord = ctrlKey || metaKey;
    if (editor.current || (isChord ? key !== "Enter" : key.length !== 1 && key !== "Enter")) return;
    event.preventDefault();
    held.current = [...held.current, event];
  };

  return (
    <div className={`code-editor ${className}`} data-ready={isReady}>
      {!isReady && (
        <pre aria-hidden="true">
          <Shown text={text.slice(0, 20_000)} block />
        </pre>
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it is the editor, once that has loaded. */}
      <div
        ref={host}
        className="code-host"
        data-typing
        data-editor={kind}
        tabIndex={isReady ? undefined : -1}
        onKeyDown={hold}
      />
    </div>
  );
}
