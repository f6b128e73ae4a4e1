/** Something of the server's, asked for while a component shows it. */
import { useCallback, useEffect, useState } from "preact/compat";
import { reasonOf } from "../api.ts";

export interface Remote<T> {
  /** The last answer; stays while the next one is on its way. */
  readonly data: T | null;
  readonly problem: string | null;
  readonly isLoading: boolean;
  /** Asks again. */
  readonly again: () => void;
}

/** Asks whenever `key` changes, and `everyMs` if that is given. A null key asks for nothing. */
export function useRemote<T>(
  key: string | null,
  ask: (signal: AbortSignal) => Promise<T>,
  everyMs?: number,
): Remote<T> {
  const [answer, setAnswer] = useState<{ key: string | null; data: T | null; problem: string | null }>({
    key: null,
    data: null,
    problem: null,
  });
  const [isLoading, setLoading] = useState(key !== null);
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the question.
  useEffect(() => {
    if (key === null) return;
    const control = new AbortController();
    setLoading(true);
    ask(control.signal).then(
      (data) => {
        if (control.signal.aborted) return;
        setAnswer({ key, data, problem: null });
        setLoading(false);
      },
      (error) => {
        if (control.signal.aborted) return;
        setAnswer((before) => ({
          key,
          data: before.key === key ? before.data : null,
          problem: reasonOf(error),
        }));
        setLoading(false);
      },
    );
    return () => control.abort();
  }, [key, round]);
  const again = useCallback(() => setRound((before) => before + 1), []);
  useEffect(() => {
    if (everyMs === undefined || key === null) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") again();
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, key, again]);
  const { data, problem } = answer;
  return { data, problem, isLoading, again };
}
