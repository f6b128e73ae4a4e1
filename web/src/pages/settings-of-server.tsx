import { useState } from "preact/compat";
import type { AgentPolicy } from "../../../src/protocol/proposals.ts";
import { reasonOf } from "../api.ts";
import { count, momentText } from "../calls/call-words.ts";
import { useApp, useSelector } from "../components/context.ts";
import { CopyButton } from "../components/copy-button.tsx";
import { Icon } from "../components/icon.tsx";
import { Shown } from "../components/shown.tsx";
import { useRemote } from "../components/use-remote.ts";
import { pagesApi } from "./pages-api.ts";
import { Setting } from "./setting.tsx";
import { bytesText } from "./value-words.ts";

const AGAIN_MS = 5_000;

export function ServerSettings() {
  return (
    <section aria-labelledby="of-server">
      <h3 className="subtitle" id="of-server">
        The server
      </h3>
      <Identity />
      <FloodGuard />
      <Retention />
      <Agents />
    </section>
  );
}

function Identity() {
  const { data } = useRemote("health", pagesApi.health);
  return (
    <Setting title="This server" about="Its address is what a program that does not find it needs.">
      <div className="stacked">
        <span className="copy-line">
          <code>CIDELDILL_SERVER_URL={location.origin}</code>
          <CopyButton text={`CIDELDILL_SERVER_URL=${location.origin}`} label="Copy the address" />
        </span>
        {data && (
          <span className="note">
            version {data.version}, pid {data.pid}, since {momentText(data.started_at)} ·{" "}
            <a href="/docs">API</a>
          </span>
        )}
      </div>
    </Setting>
  );
}

function FloodGuard() {
  const { actions } = useApp();
  const flow = useSelector((state) => state.flow);
  return (
    <Setting
      title="Flood guard"
      about="So many calls a second pause at one breakpoint; more are let go, and counted. 0 is no limit."
    >
      <NumberField
        label="Pauses a second"
        value={flow?.max_pauses_per_second ?? null}
        onChange={(value) => void actions.setFlow({ max_pauses_per_second: value ?? 0 })}
      />
    </Setting>
  );
}

function Retention() {
  const { actions } = useApp();
  const { data, again } = useRemote("record", pagesApi.record, AGAIN_MS);
  const attempt = async (work: Promise<unknown>) => {
    try {
      await work;
    } catch (error) {
      actions.complain(reasonOf(error));
    }
    again();
  };
  return (
    <>
      <Setting
        title="The record"
        about={
          data ? (
            <>
              {count(data.calls)} calls and {count(data.values)} values, {bytesText(data.size_bytes)}, in{" "}
              <Shown text={data.location} />
              {data.dropped > 0 && <b className="bad"> · {count(data.dropped)} could not be kept</b>}
            </>
          ) : (
            "What is kept of every call."
          )
        }
      >
        {data?.problem != null && (
          <span className="bad">
            <Icon name="warning" /> <Shown text={data.problem} />
          </span>
        )}
      </Setting>
      <Setting
        title="Kept for"
        about="Older calls go. Pinned calls and sessions stay. Empty: whatever the age."
      >
        <NumberField
          label="Days"
          value={data?.retention.max_age_days ?? null}
          mayBeEmpty
          onChange={(value) => void attempt(pagesApi.retain({ max_age_days: value }))}
        />
      </Setting>
      <Setting
        title="Kept within"
        about="The oldest calls go when the file is larger. Empty: whatever the size."
      >
        <NumberField
          label="MB"
          value={data?.retention.max_size_mb ?? null}
          mayBeEmpty
          onChange={(value) => void attempt(pagesApi.retain({ max_size_mb: value }))}
        />
        <button type="button" className="button small" onClick={() => void attempt(pagesApi.prune({}))}>
          <Icon name="trash" /> Remove what is over now
        </button>
      </Setting>
    </>
  );
}

const POLICIES: readonly [AgentPolicy, string, string][] = [
  ["allow", "Decide", "Agents release calls and evaluate code"],
  ["propose", "Propose", "Agents say what they would do; a person confirms it here"],
  ["deny", "Look", "Agents see calls and decide nothing"],
];

function Agents() {
  const { actions } = useApp();
  const { data, again } = useRemote("policies", pagesApi.policies);
  const set = async (policy: AgentPolicy | null, name?: string) => {
    try {
      await pagesApi.setPolicy({ policy, ...(name === undefined ? {} : { function_name: name }) });
    } catch (error) {
      actions.complain(reasonOf(error));
    }
    again();
  };
  if (!data) return null;
  const exceptions = Object.entries(data.functions);
  return (
    <Setting
      title="AI agents may"
      about="What an agent that is connected over MCP may do with a paused call."
    >
      <fieldset className="segments">
        <legend className="hidden">Agents may</legend>
        {POLICIES.map(([value, text, hint]) => (
          <label key={value} title={hint}>
            <input
              type="radio"
              name="policy"
              checked={data.default === value}
              onChange={() => void set(value)}
            />
            <span>{text}</span>
          </label>
        ))}
      </fieldset>
      {exceptions.length > 0 && (
        <ul className="saved-filters">
          {exceptions.map(([name, policy]) => (
            <li key={name}>
              <code className="cell">
                <Shown text={name} />
              </code>
              <span>{POLICIES.find(([value]) => value === policy)?.[1]}</span>
              <button
                type="button"
                className="button small icon-only quiet"
                aria-label="As for all functions"
                onClick={() => void set(null, name)}
              >
                <Icon name="cross" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </Setting>
  );
}

interface NumberFieldProps {
  label: string;
  value: number | null;
  mayBeEmpty?: boolean;
  onChange: (value: number | null) => void;
}

/** A number that is sent when the field is left, or with Enter. */
function NumberField({ label, value, mayBeEmpty = false, onChange }: NumberFieldProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const finish = () => {
    if (typed === null) return;
    const number = typed.trim() === "" ? null : Number(typed);
    setTyped(null);
    if (number === value || (number === null && !mayBeEmpty) || Number.isNaN(number)) return;
    onChange(number);
  };
  return (
    <label className="number-field">
      <input
        type="number"
        min={0}
        value={typed ?? value ?? ""}
        placeholder="no limit"
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={finish}
        onKeyDown={(event) => event.key === "Enter" && finish()}
      />
      {label}
    </label>
  );
}
