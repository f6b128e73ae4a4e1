/** A call of the record, fetched by its number or id; one that runs is looked at again until it has ended. */
import { useEffect, useMemo } from "preact/compat";
import { Shown } from "../components/shown.tsx";
import { useRemote } from "../components/use-remote.ts";
import { fromRecord } from "./call-model.ts";
import { CallView } from "./call-view.tsx";
import { detailApi } from "./detail-api.ts";

const AGAIN_MS = 1_000;

export function RecordedCall({ id }: { id: string }) {
  const { data, problem, again } = useRemote(id, (signal) => detailApi.call(id, signal));
  // A call that has just been released is recorded a moment later.
  const isOpen = data === null ? problem !== null : data.status === "running" || data.status === "lost";
  useEffect(() => {
    if (!isOpen) return;
    const timer = setInterval(() => document.visibilityState === "visible" && again(), AGAIN_MS);
    return () => clearInterval(timer);
  }, [isOpen, again]);
  const call = useMemo(() => (data ? fromRecord(data) : null), [data]);
  if (call) return <CallView call={call} pause={null} />;
  return (
    <section className="detail" aria-label="Selected call" tabIndex={-1} data-detail={id}>
      <p className="empty">{problem === null ? "…" : <Shown text={problem} />}</p>
    </section>
  );
}
