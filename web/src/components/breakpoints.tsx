/** The breakpoints, and the functions that could get one. */
import { useState } from "preact/compat";
import { plainText } from "../values/visible-text.ts";
import { BreakpointRow } from "./breakpoint-row.tsx";
import { useApp, useSelector } from "./context.ts";
import { Icon } from "./icon.tsx";
import { Name } from "./shown.tsx";

/** More suggestions than this are narrowed by typing. */
const SUGGESTED = 100;

export function Breakpoints() {
  const { actions } = useApp();
  const breakpoints = useSelector((state) => state.breakpoints);
  const functions = useSelector((state) => state.functions);
  const [typed, setTyped] = useState("");

  const name = typed.trim();
  const taken = new Set(breakpoints.map((breakpoint) => breakpoint.name));
  const wanted = name.toLowerCase();
  const known = functions.filter((each) => !taken.has(each));
  const suggested = known.filter((each) => each.toLowerCase().includes(wanted));
  const isNew = name !== "" && !taken.has(name);

  const add = async (event: Event) => {
    event.preventDefault();
    if (isNew && (await actions.addBreakpoint(name))) setTyped("");
  };

  return (
    <section className="breakpoints" aria-labelledby="breakpoints-title">
      <header className="section-title">
        <h2 id="breakpoints-title">Breakpoints</h2>
        {breakpoints.length > 0 && (
          <span className="column-names" aria-hidden="true">
            <span>before</span>
            <span>after</span>
          </span>
        )}
      </header>
      {breakpoints.length > 0 && (
        <ul className="rows">
          {breakpoints.map((breakpoint) => (
            <BreakpointRow key={breakpoint.name} breakpoint={breakpoint} />
          ))}
        </ul>
      )}
      <form className="add" onSubmit={(event) => void add(event)}>
        <input
          type="text"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          aria-label="Function to break at"
          placeholder="Function to break at"
          spellcheck={false}
          autoCapitalize="off"
          autoComplete="off"
        />
        <button type="submit" className="button" disabled={!isNew}>
          <Icon name="plus" /> Add breakpoint
        </button>
      </form>
      {breakpoints.length === 0 && name === "" && (
        <p className="hint">
          A breakpoint pauses a function before it runs, after it, or when it throws. Type a name, or take one
          that a program made known.
        </p>
      )}
      {isNew && !known.includes(name) && (
        <p className="hint">
          No program has made <code>{<Name text={name} />}</code> known yet; the breakpoint waits for it.
        </p>
      )}
      {taken.has(name) && <p className="hint">There is a breakpoint at this function already.</p>}
      {known.length > 0 && (
        <>
          <h3 className="subtitle" id="known-title">
            Known functions{" "}
            <span>{name === "" ? known.length : `${suggested.length} of ${known.length}`}</span>
          </h3>
          <ul className="rows known" aria-labelledby="known-title">
            {suggested.slice(0, SUGGESTED).map((each) => (
              <li key={each} className="row known-row">
                <Name text={each} />
                <button
                  type="button"
                  className="link"
                  aria-label={`Add breakpoint at ${plainText(each)}`}
                  onClick={() => void actions.addBreakpoint(each)}
                >
                  <Icon name="plus" /> add breakpoint
                </button>
              </li>
            ))}
          </ul>
          {suggested.length > SUGGESTED && (
            <p className="hint">{suggested.length - SUGGESTED} more: type a part of the name.</p>
          )}
        </>
      )}
    </section>
  );
}
