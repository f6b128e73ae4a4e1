import type { ReactNode } from "react";
import type { PausedCallData } from "../../../src/protocol/pauses.ts";
import { summarize } from "../values/summary.ts";
import { processName } from "./call-text.ts";
import { Shown } from "./shown.tsx";

export function Facts({ data }: { data: PausedCallData }) {
  const site = data.call_site.timestamp;
  return (
    <>
      <h3 className="subtitle">Call</h3>
      <dl className="facts">
        {fact("process", <Shown text={processName(data)} />)}
        {data.page_url && fact("page", <Shown text={data.page_url} />)}
        {data.signature !== null && fact("signature", <Shown text={signatureText(data.signature)} />)}
        {data.pretty_target != null && fact("on", <Shown text={summarize(data.pretty_target, 200)} />)}
        {site != null && fact("called at", new Date(site * 1000).toLocaleTimeString())}
        {fact("values", data.preferred_format === "dill" ? "Python pickles" : "JSON")}
        {fact("call", <Shown text={data.call_id} />)}
      </dl>
    </>
  );
}

const fact = (name: string, value: ReactNode) => (
  <div key={name}>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);

const signatureText = (signature: string | number) =>
  typeof signature === "number" ? `${signature} parameter${signature === 1 ? "" : "s"}` : signature;
