/** Macs have their own key for it. */
export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
