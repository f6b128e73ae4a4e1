/** Macs have their own key for it. */
export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** Sends what was edited, from anywhere in it. */
export const SUBMIT_KEY = isMac ? "⌘⏎" : "Ctrl ⏎";
