/**
 * A number with what it counts, in the plural where that is due.
 *
 * @example
 * counted(1, "call"); // "1 call"
 */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
