/** What a platform cannot do, and why. docs/with-debug-api.md says the same in words. */
import type { Case } from "../cases.ts";

export type PlatformName = "bun" | "node" | "page";

export const CANNOT: Record<PlatformName, readonly NonNullable<Case["needs"]>[]> = {
  bun: [],
  node: [],
  // Browsers do not follow a call through `await`.
  page: ["parents-across-await"],
};
