/** What a call that already ran came to. */
import type { PausedCallData } from "../../../src/protocol/pauses.ts";
import { formatJson } from "../values/json-text.ts";
import { JsonView } from "./json-text.tsx";
import { Shown } from "./shown.tsx";

export function Outcome({ data }: { data: PausedCallData }) {
  if (data.exception === undefined || data.exception === null) {
    return (
      <>
        <h3 className="subtitle">Result</h3>
        <JsonView label="Result" text={asText(data.pretty_result ?? null)} />
      </>
    );
  }
  const { title, rest } = describe(data.exception);
  return (
    <>
      <h3 className="subtitle">Exception</h3>
      <p className="exception bad">
        <Shown text={title} block />
      </p>
      {rest.map(({ label, text }) => (
        <details key={label}>
          <summary>{label}</summary>
          <JsonView label={label} text={text} />
        </details>
      ))}
    </>
  );
}

const asText = (value: unknown) => formatJson(JSON.stringify(value));

function describe(exception: unknown): { title: string; rest: { label: string; text: string }[] } {
  if (typeof exception !== "object" || exception === null) return { title: String(exception), rest: [] };
  const { type, message, traceback, value } = exception as Record<string, unknown>;
  const words = [type, message].filter((part) => typeof part === "string" && part !== "");
  const rest: { label: string; text: string }[] = [];
  if (traceback != null) {
    const lines = Array.isArray(traceback) ? traceback.join("") : traceback;
    rest.push({ label: "Traceback", text: typeof lines === "string" ? lines : asText(lines) });
  }
  if (value != null) rest.push({ label: "Value", text: asText(value) });
  return words.length > 0 ? { title: words.join(": "), rest } : { title: asText(exception), rest: [] };
}
