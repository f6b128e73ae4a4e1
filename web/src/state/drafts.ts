/** What a person has begun to change about one paused call. Kept by pause id, so that selecting another loses nothing. */

export interface Draft {
  /** Text of each edited argument, by slot key. */
  readonly edits: Readonly<Record<string, string>>;
  /** Which form is open above the actions. */
  readonly panel: "skip" | "throw" | null;
  /** JSON text of the result to answer with. */
  readonly result: string;
  readonly exceptionType: string;
  readonly exceptionMessage: string;
}

export const emptyDraft: Draft = {
  edits: {},
  panel: null,
  result: "",
  exceptionType: "",
  exceptionMessage: "",
};

export const isEmptyDraft = (draft: Draft): boolean =>
  draft.panel === null && !hasText(draft) && Object.keys(draft.edits).length === 0;

/** Whether anything was typed that would hurt to lose. */
export const isTouched = (draft: Draft | undefined): boolean =>
  draft !== undefined && (hasText(draft) || Object.keys(draft.edits).length > 0);

const hasText = (draft: Draft) =>
  draft.result !== "" || draft.exceptionType !== "" || draft.exceptionMessage !== "";

/** Slot keys start with a letter of ours, so a parameter called `__proto__` is a key like any other. */
export function withEdit(draft: Draft, key: string, text: string): Draft {
  return { ...draft, edits: { ...draft.edits, [key]: text } };
}

export function withoutEdit(draft: Draft, key: string): Draft {
  const { [key]: _dropped, ...edits } = draft.edits;
  return { ...draft, edits };
}

/** Drafts beyond this many are forgotten, oldest first. */
const KEPT = 100;
/** As is a draft with more text than session storage should carry. */
const LARGEST = 500_000;

export function serializeDrafts(drafts: ReadonlyMap<string, Draft>): string {
  const worth = [...drafts].filter(([, draft]) => !isEmptyDraft(draft)).slice(-KEPT);
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
  const { edits, panel, result, exceptionType, exceptionMessage } = value as Record<string, unknown>;
  if (typeof edits !== "object" || edits === null) return null;
  const texts = Object.entries(edits).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return {
    edits: Object.fromEntries(texts),
    panel: panel === "skip" || panel === "throw" ? panel : null,
    result: typeof result === "string" ? result : "",
    exceptionType: typeof exceptionType === "string" ? exceptionType : "",
    exceptionMessage: typeof exceptionMessage === "string" ? exceptionMessage : "",
  };
}
