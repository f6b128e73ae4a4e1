/** What may come next in a filter: asked of the server, besides what was saved and asked before. */
import { useEffect, useState } from "preact/compat";
import { usePrefs } from "../prefs.ts";
import type { Option } from "./filter-options.tsx";
import { recordApi } from "./record-api.ts";

const ASK_MS = 60;
const SHOWN = 12;

export function useOptions(typed: string, caret: number, isOpen: boolean): readonly Option[] {
  const { filters, history } = usePrefs();
  const [asked, setAsked] = useState<readonly Option[]>([]);
  useEffect(() => {
    if (!isOpen) return;
    const control = new AbortController();
    const timer = setTimeout(() => {
      recordApi.complete(typed, caret, control.signal).then(
        ({ from, to, options }) => setAsked(options.slice(0, 40).map((option) => ({ ...option, from, to }))),
        () => {},
      );
    }, ASK_MS);
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [typed, caret, isOpen]);

  const whole = { from: 0, to: typed.length };
  const wanted = typed.trim().toLowerCase();
  const fits = (text: string) => text !== typed.trim() && text.toLowerCase().includes(wanted);
  const saved = filters
    .filter(({ filter, name }) => fits(filter) || (wanted !== "" && fits(name)))
    .map(
      ({ filter, name }): Option => ({
        ...whole,
        text: filter,
        kind: "saved",
        detail: name === filter ? "saved" : name,
      }),
    );
  const taken = new Set(saved.map(({ text }) => text));
  const before = history
    .filter((filter) => fits(filter) && !taken.has(filter))
    .slice(0, wanted === "" ? 6 : 3)
    .map((text): Option => ({ ...whole, text, kind: "history", detail: "asked before" }));
  return [
    ...saved.slice(0, 4),
    ...(wanted === "" ? before : []),
    ...asked,
    ...(wanted === "" ? [] : before),
  ].slice(0, SHOWN + 28);
}
