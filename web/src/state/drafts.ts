/** What a person has begun to change about one paused call. Kept by pause id, so that selecting another loses nothing. */
import type { Step } from "../values/json-span.ts";
import type { Typing } from "../values/tree-edits.ts";

/** The forms that open above the actions. */
export type Panel = "skip" | "throw" | "replace";

/** What a result begins as: nothing that anybody typed. */
export const INITIAL_RESULT = "null";

export interface Draft {
  /** Text of each edited argument, by slot key. */
  readonly edits: Readonly<Record<string, string>>;
  /** What the edits were before each step, for undo. */
  readonly past: readonly Readonly<Record<string, string>>[];
  /** The leaf that is being typed. */
  readonly typing: Typing | null;
  /** Slot keys that are edited as text. */
  readonly asText: readonly string[];
  /** Which form is open above the actions. */
  readonly panel: Panel | null;
  /** JSON text of the result to answer with. */
  readonly result: string;
  readonly exceptionType: string;
  readonly exceptionMessage: string;
  /** The function to run instead. */
  readonly replacement: string;
  /** Pause this call again when it has ended. */
  readonly pauseAfter: boolean;
}

export const emptyDraft: Draft = {
  edits: {},
  past: [],
  typing: null,
  asText: [],
  panel: null,
  result: "",
  exceptionType: "",
  exceptionMessage: "",
  replacement: "",
  pauseAfter: false,
};

export const isEmptyDraft = (draft: Draft): boolean =>
  draft.panel === null &&
  !isTouched(draft) &&
  draft.asText.length === 0 &&
  draft.past.length === 0 &&
  !draft.pauseAfter;

/** Whether anything was typed that would hurt to lose. */
export const isTouched = (draft: Draft | undefined): boolean =>
  draft !== undefined && (hasText(draft) || draft.typing !== null || Object.keys(draft.edits).length > 0);

const hasText = (draft: Draft) =>
  (draft.result !== "" && draft.result !== INITIAL_RESULT) ||
  draft.exceptionType !== "" ||
  draft.exceptionMessage !== "" ||
  draft.replacement !== "";

/** Steps that can be taken back. */
const MOST_STEPS = 100;

/** A step forward: what the edits were is remembered. */
function step(draft: Draft, edits: Readonly<Record<string, string>>): Draft {
  return { ...draft, edits, past: [...draft.past, draft.edits].slice(-MOST_STEPS) };
}

/** Slot keys start with a letter of ours, so a parameter called `__proto__` is a key like any other. */
export function withEdit(draft: Draft, key: string, text: string): Draft {
  return step(draft, { ...draft.edits, [key]: text });
}

/** One more key in a text that is being edited: undoing that is the editor's own. */
export function withTyped(draft: Draft, key: string, text: string): Draft {
  if (!Object.hasOwn(draft.edits, key)) return withEdit(draft, key, text);
  return { ...draft, edits: { ...draft.edits, [key]: text } };
}

/** Takes a slot back to what it was, and closes its text. */
export function withoutEdit(draft: Draft, key: string): Draft {
  const { [key]: dropped, ...edits } = draft.edits;
  const closed = {
    ...draft,
    asText: draft.asText.filter((each) => each !== key),
    typing: draft.typing?.root === key ? null : draft.typing,
  };
  return dropped === undefined ? closed : step(closed, edits);
}

/** Takes the last step back. */
export function undone(draft: Draft): Draft {
  const edits = draft.past.at(-1);
  return edits === undefined ? draft : { ...draft, edits, past: draft.past.slice(0, -1), typing: null };
}

/** Drafts beyond this many are forgotten, oldest first. */
const KEPT = 100;
/** As is a draft with more text than session storage should carry. */
const LARGEST = 500_000;

export function serializeDrafts(drafts: ReadonlyMap<string, Draft>): string {
  // Steps back are for the person who took them, not for whoever comes after a reload.
  const worth = [...drafts]
    .map(([id, draft]) => [id, { ...draft, past: [] }] as const)
    .filter(([, draft]) => !isEmptyDraft(draft))
    .slice(-KEPT);
  return JSON.stringify(worth.filter(([, draft]) => JSON.stringify(draft).length <= LARGEST));
}

/** Reads what `serializeDrafts` wrote; anything else is ignored. */
export function parseDrafts(text: string | null): Map<string, Draft> {
  const drafts = new Map<string, Draft>();
  try {
    const entries: unknown = JSON.parse(text ?? "[]");
    if (!Array.isArray(entries)) return drafts;
    for (const entry of entries) {
      const draft = Array.isArray(entry) ? asDraft(entry[1]) : null;
      if (draft && typeof entry[0] === "string") drafts.set(entry[0], draft);
    }
  } catch {
    // An older page's storage: nothing to restore.
  }
  return drafts;
}

function asDraft(value: unknown): Draft | null {
  if (typeof value !== "object" || value === null) return null;
  const { edits, typing, asText, panel, pauseAfter, ...texts } = value as Record<string, unknown>;
  if (typeof edits !== "object" || edits === null) return null;
  const edited = Object.entries(edits).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  const text = (name: string) => (typeof texts[name] === "string" ? texts[name] : "");
  return {
    edits: Object.fromEntries(edited),
    past: [],
    typing: asTyping(typing),
    asText: Array.isArray(asText) ? asText.filter((key) => typeof key === "string") : [],
    panel: PANELS.find((name) => name === panel) ?? null,
    result: text("result"),
    exceptionType: text("exceptionType"),
    exceptionMessage: text("exceptionMessage"),
    replacement: text("replacement"),
    pauseAfter: pauseAfter === true,
  };
}

const PANELS: readonly Panel[] = ["skip", "throw", "replace"];

function asTyping(value: unknown): Typing | null {
  if (typeof value !== "object" || value === null) return null;
  const { root, path, text } = value as Record<string, unknown>;
  const isStep = (each: unknown): each is Step => typeof each === "string" || typeof each === "number";
  if (typeof root !== "string" || typeof text !== "string") return null;
  return Array.isArray(path) && path.every(isStep) ? { root, path, text } : null;
}
