/** Something asked of the server for as long as a component shows it; a newer question makes an older one void. */
import { useEffect, useState } from "react";
import { reasonOf } from "../api.ts";

export type Asked<T> =
  | { readonly state: "loading"; readonly value: T | null }
  | { readonly state: "there"; readonly value: T }
  | { readonly state: "failed"; readonly value: T | null; readonly message: string };

/**
 * @param key What is asked for: another one is asked anew. Null asks for nothing.
 * @param version Asks again for the same; what is there stays until the answer has come.
 */
export function useAsked<T>(
  key: string | null,
  ask: (signal: AbortSignal) => Promise<T>,
  version = 0,
): Asked<T> {
  const [answer, setAnswer] = useState<{ key: string | null; asked: Asked<T> }>({
    key: null,
    asked: { state: "loading", value: null },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says what is asked for, not the function
  useEffect(() => {
    if (key === null) return;
    const abort = new AbortController();
    ask(abort.signal).then(
      (value) => !abort.signal.aborted && setAnswer({ key, asked: { state: "there", value } }),
      (error: unknown) => {
        if (abort.signal.aborted) return;
        setAnswer((before) => ({
          key,
          asked: {
            state: "failed",
            message: reasonOf(error),
            value: before.key === key ? before.asked.value : null,
          },
        }));
      },
    );
    return () => abort.abort();
  }, [key, version]);
  return answer.key === key ? answer.asked : { state: "loading", value: null };
}
