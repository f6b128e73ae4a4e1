/**
 * What can be done with a call, where its row is: the right mouse button, the menu key. With Shift the browser's own menu
 * comes. A row that is marked stands for all that are.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useEffectEvent, useRef, useState } from "preact/compat";
import type { CallSummary } from "../../../src/protocol/records.ts";
import { reasonOf } from "../api.ts";
import { useApp, useSelector } from "../components/context.ts";
import { Icon, type IconName } from "../components/icon.tsx";
import { Name } from "../components/shown.tsx";
import { hrefOf } from "../place.ts";
import { router } from "../router.ts";
import { functionRuleDraft } from "../rules/rule-draft.ts";
import { quoted } from "../shell/quoted.ts";
import { copy, copyJson, linesOf, saidOfCopy } from "./copied-calls.ts";
import { recordApi } from "./record-api.ts";
import { useMarks } from "./use-marks.ts";
import { usePin } from "./use-pin.ts";

interface Place {
  readonly call: CallSummary;
  readonly x: number;
  readonly y: number;
}

/** Gives the rows of calls in it their menu. */
export function RowMenu({ children }: { children: ComponentChildren }) {
  const { feed, actions } = useApp();
  const [place, setPlace] = useState<Place | null>(null);

  const open = async (event: MouseEvent) => {
    const row = rowAt(event);
    if (row === null || event.shiftKey) return;
    event.preventDefault();
    const number = Number(row.dataset.call);
    const box = row.getBoundingClientRect();
    // The menu key points at no place of its own.
    const [x, y] =
      event.target === row || row.contains(event.target as Node)
        ? [event.clientX, event.clientY]
        : [box.left + 24, box.bottom];
    try {
      const call = feed.get().rows.find((each) => each.number === number) ?? (await recordApi.call(number));
      setPlace({ call, x, y });
    } catch (error) {
      actions.complain(reasonOf(error));
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the rows in it have roles and keys of their own.
    <div className="menu-area" onContextMenu={(event) => void open(event)}>
      {children}
      {place && (
        <Menu key={`${place.call.number} ${place.x} ${place.y}`} {...place} onClose={() => setPlace(null)} />
      )}
    </div>
  );
}

/** The row that was pointed at, or else the active one of the list that has the focus. */
function rowAt(event: MouseEvent): HTMLElement | null {
  const target = event.target as HTMLElement;
  const row = target.closest<HTMLElement>("[data-call]");
  const active = target.getAttribute("aria-activedescendant");
  return row ?? (active === null ? null : document.getElementById(active));
}

interface Item {
  readonly icon: IconName;
  readonly text: string;
  /** What a program calls it. */
  readonly name?: string;
  readonly run: () => void;
}

function useItems(call: CallSummary): readonly (readonly Item[])[] {
  const { actions } = useApp();
  const marks = useMarks();
  const pin = usePin();
  const name = call.function_name;
  const hasBreakpoint = useSelector((state) => state.breakpoints.some((each) => each.name === name));
  const isMarked = marks.numbers.has(call.number);
  const calls = isMarked ? [...marks.calls.values()].sort((a, b) => a.number - b.number) : [call];
  const these = calls.length === 1 ? "" : ` ${calls.length} calls`;
  const filter = (q: string) => router.set({ q }, "push");
  const before = router.get().query.q ?? "";
  const link = location.origin + hrefOf("calls", { call: String(call.number) });
  return [
    [
      { icon: "search", text: "Only", name, run: () => filter(`fn:${quoted(name)}`) },
      { icon: "minus", text: "Without", name, run: () => filter(without(before, name)) },
    ],
    [
      hasBreakpoint
        ? {
            icon: "breakpoint",
            text: "Do not pause at",
            name,
            run: () => void actions.removeBreakpoint(name),
          }
        : { icon: "breakpoint", text: "Pause at", name, run: () => void actions.addBreakpoint(name) },
      {
        icon: "rule",
        text: "Rule for",
        name,
        run: () => router.go("breakpoints", { new: JSON.stringify(functionRuleDraft(name)) }),
      },
    ],
    [
      {
        icon: "copy",
        text: `Copy${these} as text`,
        run: () => void actions.tell(copy(linesOf(calls)), saidOfCopy(calls, "text")),
      },
      {
        icon: "copy",
        text: `Copy${these} as JSON`,
        run: () => void actions.tell(copyJson(calls), saidOfCopy(calls, "JSON")),
      },
      {
        icon: "link",
        text: "Copy the link",
        run: () => void actions.tell(copy(link), { before: `Copied the link to #${call.number}` }),
      },
    ],
    [
      {
        icon: "pin",
        text: `${calls.every((each) => each.pinned) ? "Unpin" : "Pin"}${these}`,
        run: () => void pin(calls),
      },
      { icon: "check", text: isMarked ? "Take the mark away" : "Mark", run: () => marks.toggle(call) },
    ],
  ];
}

/** The filter that holds, and none of this function. */
export function without(q: string, name: string): string {
  const rest = /\bor\b/i.test(q) ? `(${q})` : q;
  return `${rest} -fn:${quoted(name)}`.trim();
}

function Menu({ call, x, y, onClose }: Place & { onClose: () => void }) {
  const box = useRef<HTMLDivElement>(null);
  const groups = useItems(call);
  const close = useEffectEvent(onClose);
  useEffect(() => {
    const menu = box.current;
    if (!menu) return;
    const back = document.activeElement;
    menu.showPopover();
    const { width, height } = menu.getBoundingClientRect();
    menu.style.left = `${Math.max(4, Math.min(x, innerWidth - width - 4))}px`;
    menu.style.top = `${Math.max(4, Math.min(y, innerHeight - height - 4))}px`;
    menu.querySelector("button")?.focus();
    const away = ({ target }: Event) => !(target instanceof Node && menu.contains(target)) && close();
    const events = ["pointerdown", "wheel", "resize"] as const;
    for (const each of events) window.addEventListener(each, away, true);
    return () => {
      for (const each of events) window.removeEventListener(each, away, true);
      const isLost = document.activeElement === document.body || document.activeElement === null;
      if (back instanceof HTMLElement && isLost) back.focus({ preventScroll: true });
    };
  }, [x, y]);

  const onKey = (event: KeyboardEvent) => {
    event.stopPropagation();
    const items = [...(box.current?.querySelectorAll("button") ?? [])];
    const at = items.indexOf(document.activeElement as HTMLButtonElement);
    const next = {
      ArrowDown: (at + 1) % items.length,
      ArrowUp: (at - 1 + items.length) % items.length,
      Home: 0,
      End: items.length - 1,
    }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      items[next]?.focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      onClose();
    }
  };
  return (
    <div
      ref={box}
      // Not "auto": where the button that went down opens the menu, the one that comes up would close it.
      popover="manual"
      role="menu"
      tabIndex={-1}
      className="menu row-menu"
      aria-label={`Call ${call.number}`}
      onKeyDown={onKey}
    >
      {groups.map((items) => (
        // biome-ignore lint/a11y/useSemanticElements: groups of a menu are no fieldsets.
        <div key={items[0]?.text} role="group">
          {items.map((item) => (
            <button
              key={item.text}
              type="button"
              role="menuitem"
              onClick={() => {
                onClose();
                item.run();
              }}
            >
              <Icon name={item.icon} className="dim" /> {item.text}
              {item.name !== undefined && <Name className="code" text={item.name} />}
            </button>
          ))}
        </div>
      ))}
    </div>
  );
}
