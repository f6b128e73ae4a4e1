/**
 * Parts of the page whose code is not needed for the first picture. It is fetched when one of them is drawn, or when the
 * first picture is there (`fetchLater`): a server that goes away later takes none of it with it.
 */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/compat";

const parts: (() => Promise<unknown>)[] = [];

export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let Part: ComponentType<P> | null = null;
  const fetched = async () => {
    Part ??= await load();
  };
  parts.push(fetched);
  // biome-ignore lint/correctness/noComponentHookFactories: called where modules are, once for each part.
  return function Later(props: P) {
    const [problem, setProblem] = useState<unknown>(null);
    const [, draw] = useState(false);
    useEffect(() => {
      if (Part === null) fetched().then(() => draw(true), setProblem);
    }, []);
    // For the error boundary around it.
    if (problem !== null) throw problem;
    return Part === null ? null : <Part {...props} />;
  };
}

/** Fetches the code of all parts; what fails is tried again when it is drawn. */
export function fetchLater(): void {
  for (const fetched of parts) fetched().catch(() => {});
}
