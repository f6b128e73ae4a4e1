/**
 * CodeMirror, as the page uses it. Loaded when the first editor is wanted. It lives in a shadow root, for there it
 * adopts constructed style sheets, which the page's content security policy allows; a `<style>` element it does not.
 */
import {
  acceptCompletion,
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  completionKeymap,
  moveCompletionSelection,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { javascript } from "@codemirror/lang-javascript";
import { json } from "@codemirror/lang-json";
import { python } from "@codemirror/lang-python";
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, forceLinting, linter } from "@codemirror/lint";
import { EditorState, type Extension, Prec } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightSpecialChars,
  type KeyBinding,
  keymap,
  placeholder,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Editor, EditorLanguage, EditorOptions } from "./editor-types.ts";

const LANGUAGES: Record<EditorLanguage, () => Extension> = {
  json: () => json(),
  javascript: () => javascript({ typescript: true }),
  python: () => python(),
  expression: () => javascript(),
  text: () => [],
};

/** Long enough that a half-typed word is not called wrong. */
const CHECK_AFTER_MS = 250;

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.attributeName], color: "var(--json-key)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--json-string)" },
  { tag: [tags.number], color: "var(--json-number)" },
  { tag: [tags.keyword, tags.bool, tags.null, tags.atom, tags.self], color: "var(--json-word)" },
  { tag: [tags.typeName, tags.className], color: "var(--json-word)" },
  { tag: [tags.comment], color: "var(--faint)", fontStyle: "italic" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], color: "var(--json-key)" },
]);

const look = EditorView.theme({
  "&": { color: "var(--text)", backgroundColor: "transparent", font: "var(--mono)", height: "100%" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { font: "var(--mono)", overflow: "auto" },
  ".cm-content": { padding: "6px 0", caretColor: "var(--text)" },
  ".cm-line": { padding: "0 10px" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-placeholder": { color: "var(--faint)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection": {
    backgroundColor: "color-mix(in srgb, var(--info) 26%, transparent) !important",
  },
  ".cm-matchingBracket": {
    backgroundColor: "var(--hover) !important",
    outline: "1px solid var(--line-strong)",
  },
  ".cm-specialChar": { color: "var(--bad)" },
  ".cm-tooltip": {
    border: "1px solid var(--line-strong)",
    borderRadius: "6px",
    backgroundColor: "var(--raise)",
    color: "var(--text)",
    font: "var(--mono)",
    overflow: "hidden",
  },
  ".cm-tooltip-autocomplete > ul": { font: "var(--mono) !important", maxHeight: "220px !important" },
  ".cm-tooltip-autocomplete > ul > li": { padding: "2px 8px !important" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--selected) !important",
    color: "var(--text) !important",
  },
  ".cm-completionDetail": { color: "var(--dim)", fontStyle: "normal", marginLeft: "12px" },
  ".cm-completionMatchedText": { textDecoration: "none", color: "var(--info)" },
  ".cm-diagnostic": { padding: "4px 8px", borderLeft: "0" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--bad) 1px",
    textUnderlineOffset: "3px",
  },
  ".cm-lintRange-warning": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--accent) 1px",
    textUnderlineOffset: "3px",
  },
});

/** Keys that belong to the page: one releases the call, the other leaves the editor. */
const pageKeys = new Set(["Mod-Enter", "Escape"]);

export function createEditor(host: HTMLElement, options: EditorOptions): Editor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: options.text,
      ...(options.isSelected ? { selection: { anchor: 0, head: options.text.length } } : {}),
      extensions: extensionsOf(options),
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    setText(text) {
      if (text === view.state.doc.toString()) return;
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: text },
        selection: { anchor: text.length },
      });
    },
    type: (text) => view.dispatch(view.state.replaceSelection(text), { userEvent: "input.type" }),
    focus: () => view.focus(),
    recheck: () => forceLinting(view),
    destroy: () => view.destroy(),
  };
}

function extensionsOf(options: EditorOptions): Extension[] {
  return [
    look,
    syntaxHighlighting(colours),
    LANGUAGES[options.language](),
    history(),
    drawSelection(),
    bracketMatching(),
    // What hides or reorders text is shown as a mark.
    highlightSpecialChars({ addSpecialChars: /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/g }),
    EditorView.lineWrapping,
    indentUnit.of("  "),
    EditorState.tabSize.of(2),
    Prec.highest(keymap.of(promptKeys(options))),
    keymap.of([
      ...completionKeymap,
      ...defaultKeymap.filter((binding) => !pageKeys.has(binding.key ?? "")),
      ...historyKeymap,
    ]),
    EditorView.contentAttributes.of({
      "aria-label": options.label,
      autocapitalize: "off",
      autocorrect: "off",
      spellcheck: "false",
    }),
    ...(options.placeholder === undefined ? [] : [placeholder(options.placeholder)]),
    ...(options.suggest ? [autocompletion({ override: [suggester(options.suggest)], icons: false })] : []),
    ...(options.check ? [checker(options.check)] : []),
    EditorView.domEventHandlers({ beforeinput: typeOverSelection }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) options.onChange(update.state.doc.toString());
    }),
  ];
}

/**
 * Typing over a selection. Left to the browser, the new text would get the colour of the old as an inline style, which
 * the page's policy refuses, loudly.
 */
function typeOverSelection(event: InputEvent, view: EditorView): boolean {
  const isPlain = event.inputType === "insertText" && event.data !== null && !event.isComposing;
  if (!isPlain || view.state.selection.main.empty || view.state.readOnly) return false;
  event.preventDefault();
  view.dispatch(view.state.replaceSelection(event.data ?? ""), {
    userEvent: "input.type",
    scrollIntoView: true,
  });
  return true;
}

function promptKeys({ isPrompt, onSubmit, onHistory }: EditorOptions): KeyBinding[] {
  if (!isPrompt) return [];
  const recall = (step: -1 | 1) => (view: EditorView) => {
    const { main } = view.state.selection;
    const line = view.state.doc.lineAt(main.head).number;
    const isAtEdge = step === -1 ? line === 1 : line === view.state.doc.lines;
    const text = isAtEdge && main.empty ? onHistory?.(step) : null;
    if (text == null) return false;
    view.dispatch({
      changes: { from: 0, to: view.state.doc.length, insert: text },
      selection: { anchor: text.length },
    });
    return true;
  };
  return [
    {
      key: "Enter",
      run: (view) => {
        // A list of suggestions that is still drawn may be over: only CodeMirror knows whether one can be taken.
        if (!acceptCompletion(view)) onSubmit?.();
        return true;
      },
    },
    { key: "ArrowUp", run: (view) => moveCompletionSelection(false)(view) || recall(-1)(view) },
    { key: "ArrowDown", run: (view) => moveCompletionSelection(true)(view) || recall(1)(view) },
  ];
}

const suggester =
  (suggest: NonNullable<EditorOptions["suggest"]>) =>
  async (context: CompletionContext): Promise<CompletionResult | null> => {
    const found = await suggest(context.state.doc.toString(), context.pos);
    if (!found || found.options.length === 0) return null;
    return {
      from: found.from,
      options: found.options.map((option) => ({ ...option })),
      validFor: /^[\w$]*$/,
    };
  };

const checker = (check: NonNullable<EditorOptions["check"]>) =>
  linter(
    async (view): Promise<Diagnostic[]> => {
      const { doc } = view.state;
      const problems = await check(doc.toString());
      return problems.map(({ from, to, message, severity }) => ({
        from: Math.min(from, doc.length),
        to: Math.min(Math.max(to, from), doc.length),
        message,
        severity,
      }));
    },
    { delay: CHECK_AFTER_MS },
  );
