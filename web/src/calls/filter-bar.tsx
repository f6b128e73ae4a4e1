/**
 * The filter of the calls: completes what is typed, says what is wrong with it where it is wrong, remembers what was
 * asked before. What is typed is applied as soon as it makes sense, and never replaced by anything that happens.
 */
import { useEffect, useId, useRef, useState, useSyncExternalStore } from "preact/compat";
import type { QueryProblem } from "../../../src/protocol/query.ts";
import { useApp } from "../components/context.ts";
import { drawNow } from "../components/drawing.ts";
import { Icon } from "../components/icon.tsx";
import { prefs, usePrefs } from "../prefs.ts";
import { router, useQuery } from "../router.ts";
import { useCommands } from "../shell/commands.ts";
import { count } from "./call-words.ts";
import { FilterOptions, type Option } from "./filter-options.tsx";
import { recordApi } from "./record-api.ts";
import { ShareMenu } from "./share-menu.tsx";
import { useOptions } from "./use-options.ts";

const APPLY_MS = 250;
const REMEMBERED = 30;

export function FilterBar() {
  const { feed, actions } = useApp();
  const applied = useQuery("q");
  const [typed, setTyped] = useState(applied);
  const [problem, setProblem] = useState<QueryProblem | null>(null);
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const [caret, setCaret] = useState(typed.length);
  const field = useRef<HTMLInputElement>(null);
  const listId = useId();
  const { filters } = usePrefs();
  const options = useOptions(typed, caret, isOpen);
  const shown = isOpen ? options : [];
  const state = useSyncExternalStore(feed.subscribe, feed.get);

  // The address is what holds: Back, a link, a saved filter.
  const [known, setKnown] = useState(applied);
  if (known !== applied) {
    setKnown(applied);
    if (applied !== typed.trim()) setTyped(applied);
    setProblem(null);
  }
  useEffect(() => feed.setQuery(applied), [feed, applied]);

  // Enter goes to what was found, also when that is a moment later.
  const isDone = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a filter that now holds is what this waits for.
  useEffect(() => {
    if (isDone.current) toList();
  }, [applied]);
  const toList = () => {
    isDone.current = false;
    document.querySelector<HTMLElement>(".call-list")?.focus();
  };

  useEffect(() => {
    const wanted = typed.trim();
    if (wanted === applied) return;
    const control = new AbortController();
    const timer = setTimeout(() => {
      if (wanted === "") return router.set({ q: null });
      recordApi.check(wanted, control.signal).then(
        (check) => {
          setProblem(check.problem);
          if (check.ok) router.set({ q: wanted });
        },
        () => {
          if (!control.signal.aborted) router.set({ q: wanted });
        },
      );
    }, APPLY_MS);
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [typed, applied]);

  const remember = () => {
    const wanted = typed.trim();
    if (wanted === "" || problem) return;
    const history = [wanted, ...prefs.get().history.filter((each) => each !== wanted)];
    prefs.set({ history: history.slice(0, REMEMBERED) });
  };
  const take = (option: Option) => {
    const next = typed.slice(0, option.from) + option.text + typed.slice(option.to);
    const end = option.from + option.text.length;
    setTyped(next);
    setCaret(end);
    setAt(-1);
    setOpen(option.kind === "field");
    drawNow();
    field.current?.setSelectionRange(end, end);
  };
  const type = (text: string, place: number) => {
    isDone.current = false;
    setTyped(text);
    setCaret(place);
    setAt(-1);
    setOpen(true);
    setProblem(null);
  };
  const onKey = (event: KeyboardEvent) => {
    const active = shown[at];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) setOpen(true);
      else setAt(Math.min(Math.max(at + (event.key === "ArrowDown" ? 1 : -1), -1), shown.length - 1));
    } else if ((event.key === "Enter" || event.key === "Tab") && active) {
      event.preventDefault();
      take(active);
    } else if (event.key === "Enter") {
      remember();
      setOpen(false);
      if (typed.trim() === applied) toList();
      else isDone.current = true;
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (isOpen && shown.length > 0) setOpen(false);
      else field.current?.blur();
    }
  };

  const clear = () => {
    router.set({ q: null }, "push");
    actions.say({
      before: "Cleared the filter",
      name: applied,
      undo: () => router.go("calls", { q: applied }),
    });
  };
  const isSaved = filters.some(({ filter }) => filter === applied);
  const save = () => {
    const others = filters.filter(({ filter }) => filter !== applied);
    prefs.set({ filters: isSaved ? others : [...others, { name: applied, filter: applied }] });
  };
  useCommands([
    {
      id: "filter",
      title: "Filter the calls",
      group: "Calls",
      keys: ["[Shift]+/"],
      run: () => {
        field.current?.focus();
        field.current?.select();
      },
    },
    {
      id: "filter-clear",
      title: "Clear the filter",
      group: "Calls",
      isOff: applied === "",
      run: clear,
    },
    {
      id: "filter-save",
      title: isSaved ? "Forget this filter" : "Save this filter",
      group: "Calls",
      isOff: applied === "",
      run: save,
    },
    ...filters.map(({ name, filter }) => ({
      id: `filter:${filter}`,
      title: `Filter: ${name}`,
      group: "Calls" as const,
      run: () => router.set({ q: filter }, "push"),
    })),
  ]);

  return (
    <div className="filter" data-invalid={problem !== null}>
      <Icon name="search" className="faint" />
      <input
        ref={field}
        type="text"
        className="filter-input"
        value={typed}
        placeholder="Filter: fn:tools.*  duration:>100ms  status:exception"
        aria-label="Filter the calls"
        role="combobox"
        aria-expanded={shown.length > 0}
        aria-controls={listId}
        aria-activedescendant={at >= 0 ? `${listId}-${at}` : undefined}
        aria-autocomplete="list"
        aria-invalid={problem !== null}
        spellcheck={false}
        autoCapitalize="off"
        autoComplete="off"
        onChange={(event) =>
          type(
            event.currentTarget.value,
            event.currentTarget.selectionStart ?? event.currentTarget.value.length,
          )
        }
        onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? typed.length)}
        onFocus={() => setOpen(true)}
        onBlur={() => {
          setOpen(false);
          remember();
        }}
        onKeyDown={onKey}
      />
      {applied !== "" && (
        <>
          <button
            type="button"
            className="button icon-only quiet filter-button"
            aria-label={isSaved ? "Forget this filter" : "Save this filter"}
            aria-pressed={isSaved}
            title={isSaved ? "Saved. Click to forget it" : "Save this filter"}
            onClick={save}
          >
            <Icon name="star" className={isSaved ? "filled" : ""} />
          </button>
          <ShareMenu q={applied} className="button icon-only quiet filter-button" />
          <button
            type="button"
            className="button icon-only quiet filter-button"
            aria-label="Clear the filter"
            title="Clear"
            onClick={clear}
          >
            <Icon name="cross" />
          </button>
        </>
      )}
      <span className="filter-count">
        {applied !== "" && state.isLoaded && state.problem === null && (
          <>
            {count(state.rows.length)}
            {state.isFirst && state.isLast ? "" : "+"} of {count(state.total)}
          </>
        )}
      </span>
      <kbd className="wide-only">/</kbd>
      <div className="filter-hints">
        {problem && <Problem problem={problem} typed={typed} hasOptions={shown.length > 0} />}
        {shown.length > 0 && (
          <FilterOptions id={listId} options={shown} at={at} onTake={take} onPoint={setAt} />
        )}
      </div>
    </div>
  );
}

/** What is wrong, under the place where it is wrong; what may stand there, unless it is offered anyway. */
function Problem({
  problem,
  typed,
  hasOptions,
}: {
  problem: QueryProblem;
  typed: string;
  hasOptions: boolean;
}) {
  const before = typed.slice(0, problem.column - 1);
  const length = Math.max(1, Math.min(problem.length, 80));
  return (
    <div className="filter-problem" role="alert">
      <pre aria-hidden="true">
        {" ".repeat(before.length)}
        <span className="bad">{"^".repeat(length)}</span>
      </pre>
      <p className="bad">{problem.message}</p>
      {problem.expected.length > 0 && !hasOptions && (
        <p className="note">Possible here: {problem.expected.slice(0, 12).join("  ")}</p>
      )}
    </div>
  );
}
