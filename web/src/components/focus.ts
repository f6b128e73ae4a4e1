/** Where the keyboard is, and moving it on purpose. An event from the server never does. */
import { drawNow } from "./drawing.ts";

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  // An editor in a shadow root is seen from outside as the element around it.
  if (target.closest("[data-typing]")) return true;
  if (target instanceof HTMLInputElement) return target.type !== "radio" && target.type !== "checkbox";
  return (
    target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
  );
}

/** Focuses what a change that was just made shows. */
export function focusNow(selector: string): void {
  drawNow();
  document.querySelector<HTMLElement>(selector)?.focus();
}

/** Focuses the field of the form above the actions. */
export function focusForm(): void {
  drawNow();
  const field = document.querySelector<HTMLElement>(".release-form [data-editor]");
  const inner = field?.shadowRoot?.querySelector<HTMLElement>(".cm-content") ?? field;
  inner?.focus();
  if (inner instanceof HTMLInputElement) inner.select();
}

/** Leaves a field for the call it belongs to, so that the keys work again. */
export function leaveField(): void {
  if (isTyping(document.activeElement))
    document.querySelector<HTMLElement>("[data-detail]")?.focus({ preventScroll: true });
}
