/** What a person just did, said for a moment, with the way back where there is one. */

export interface Toast {
  readonly id: number;
  /** Our words, before and after what a program calls it. */
  readonly before: string;
  readonly name: string;
  readonly after: string;
  /** Takes it back; null when that cannot be. */
  readonly undo: (() => void) | null;
}

export type Said = Pick<Toast, "before"> & Partial<Omit<Toast, "id" | "before">>;

/** More than a person reads at once. */
const SHOWN = 3;

let toasts: readonly Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

export const toastStore = {
  get: (): readonly Toast[] => toasts,
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  say(said: Said): void {
    last++;
    set([...toasts, { id: last, name: "", after: "", undo: null, ...said }].slice(-SHOWN));
  },
  dismiss: (id: number): void => set(toasts.filter((toast) => toast.id !== id)),
  /** Takes back what was said; it can be done once. */
  undo(toast: Toast): void {
    toastStore.dismiss(toast.id);
    toast.undo?.();
  },
};
