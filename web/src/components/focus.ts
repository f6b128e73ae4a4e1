/** Where the keyboard is, and moving it on purpose. An event from the server never does. */

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== "radio" && target.type !== "checkbox";
  return (
    target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
  );
}

/** Focuses what the next rendering shows. */
export function focusSoon(selector: string, otherwise?: () => void): void {
  requestAnimationFrame(() => {
    const element = document.querySelector<HTMLElement>(selector);
    if (element) element.focus();
    else otherwise?.();
  });
}

/** Focuses an argument's editor, the first one by default; one that must be asked for is opened. */
export function focusArgument(slot?: string): void {
  const scope = slot === undefined ? ".argument" : `[data-slot="${CSS.escape(slot)}"]`;
  focusSoon(`${scope} [data-editor="argument"]`, () =>
    document.querySelector<HTMLElement>(`${scope} .link`)?.click(),
  );
}

export function focusForm(): void {
  requestAnimationFrame(() => {
    const field = document.querySelector<HTMLTextAreaElement | HTMLInputElement>(
      ".release-form [data-editor]",
    );
    field?.focus();
    field?.select();
  });
}

/** Leaves a field for the call it belongs to, so that the keys work again. */
export function leaveField(): void {
  if (isTyping(document.activeElement))
    document.querySelector<HTMLElement>("[data-detail]")?.focus({ preventScroll: true });
}
