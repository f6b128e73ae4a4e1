/**
 * The libraries conditions are made of: the parser of CEL, and regular expressions that run in linear time. Together
 * they take longer to load than the whole server to start, so they are loaded when the first condition is.
 */
import type * as Cel from "@marcbachmann/cel-js";
import type * as Re2 from "re2js";

interface Libraries {
  Environment: typeof Cel.Environment;
  RE2JS: typeof Re2.RE2JS;
}

let loaded: Libraries | undefined;

/** Loads them, once. Await it before anything of a condition is compiled. */
export async function loadLibraries(): Promise<void> {
  if (loaded) return;
  const [{ Environment }, { RE2JS }] = await Promise.all([import("@marcbachmann/cel-js"), import("re2js")]);
  loaded = { Environment, RE2JS };
}

/** @throws Error before `loadLibraries` has resolved. */
export function libraries(): Libraries {
  if (loaded) return loaded;
  throw new Error("Conditions are not loaded yet: await loadLibraries() (manager.rules.ready()) first.");
}
