/** The second click of a double click would release the call that took the first one's place. */
export const once = (run: () => void) => (event: MouseEvent) => {
  if (event.detail <= 1) run();
};

/** The same for a button that sends its form. */
export const onlyOnce = (event: MouseEvent) => {
  if (event.detail > 1) event.preventDefault();
};
