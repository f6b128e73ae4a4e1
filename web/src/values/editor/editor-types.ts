/** What an editor is asked for. Apart from CodeMirror, so that knowing its shape does not load it. */

export type EditorLanguage = "json" | "javascript" | "python" | "expression" | "text";

/** Something wrong with the text, or worth knowing, at a place in it. */
export interface Problem {
  readonly from: number;
  readonly to: number;
  readonly message: string;
  readonly severity: "error" | "warning";
}

export interface Suggestion {
  readonly label: string;
  /** What it is, in a word or two. */
  readonly detail?: string;
  readonly type?: "variable" | "property" | "function" | "keyword" | "text";
  /** Inserted in its place. */
  readonly apply?: string;
}

export interface Suggestions {
  /** Where the text begins that they take the place of. */
  readonly from: number;
  readonly options: readonly Suggestion[];
}

export interface EditorOptions {
  readonly text: string;
  readonly label: string;
  readonly language: EditorLanguage;
  readonly placeholder?: string;
  /** All of it is selected at first: what is typed takes its place. */
  readonly isSelected?: boolean;
  /** Enter submits, Shift+Enter makes a new line. */
  readonly isPrompt?: boolean;
  readonly onChange: (text: string) => void;
  /** Enter in a prompt. */
  readonly onSubmit?: () => void;
  /** Arrow up in the first line of a prompt, down in the last. */
  readonly onHistory?: (step: -1 | 1) => string | null;
  readonly check?: (text: string) => readonly Problem[] | Promise<readonly Problem[]>;
  readonly suggest?: (text: string, at: number) => Suggestions | null | Promise<Suggestions | null>;
}

/** An editor that is on the page. */
export interface Editor {
  readonly text: () => string;
  setText(text: string): void;
  /** As if it were typed at the cursor. */
  type(text: string): void;
  focus(): void;
  /** Checks again, after what a check depends on has changed. */
  recheck(): void;
  destroy(): void;
}
