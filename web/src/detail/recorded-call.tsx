/** A call of the record, fetched by its number or id; one that runs is looked at again until it has ended. */
import { useEffect, useMemo, useState } from "react";
import { Shown } from "../components/shown.tsx";
import { fromRecord } from "./call-model.ts";
import { CallView } from "./call-view.tsx";
import { detailApi } from "./detail-api.ts";
import { useAsked } from "./use-asked.ts";

const AGAIN_MS = 1_000;

export function RecordedCall({ id }: { id: string }) {
  const [version, setVersion] = useState(0);
  const asked = useAsked(id, (signal) => detailApi.call(id, signal), version);
  const isRunning = asked.value?.status === "running" || (asked.state === "failed" && version < 5);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer may ask for another look
  useEffect(() => {
    if (!isRunning) return;
    const timer = setTimeout(() => setVersion((before) => before + 1), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [isRunning, version]);
  const { value } = asked;
  const call = useMemo(() => (value ? fromRecord(value) : null), [value]);
  if (call) return <CallView call={call} pause={null} />;
  return (
    <section className="detail" aria-label="Selected call" tabIndex={-1} data-detail={id}>
      <p className="empty">{asked.state === "failed" ? <Shown text={asked.message} /> : "…"}</p>
    </section>
  );
}
