/** The names that the demo's functions are known by; the server is told to pause at these. */
export const ALIASES = ["sequence_fn", "announce_fn", "delay_fn"] as const;
