import { useMemo } from "preact/compat";
import { useSelector } from "../components/context.ts";

/** Ids of the calls that wait now. */
export function usePausedIds(): ReadonlySet<string> {
  const pauses = useSelector((state) => state.pauses);
  return useMemo(() => new Set(pauses.map((pause) => pause.call_data.call_id)), [pauses]);
}
