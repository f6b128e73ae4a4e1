/** Telling of a new pause while the page is out of sight: a badge on the tab's icon, and a notification if allowed. */
import { useEffect, useRef } from "preact/compat";
import { useApp, useSelector } from "../components/context.ts";
import { prefs } from "../prefs.ts";
import { plainText } from "../values/visible-text.ts";

export const canNotify = (): boolean => "Notification" in window;

/** Asks the browser, which asks the person. Only after a click. */
export async function askForNotifications(): Promise<boolean> {
  if (!canNotify()) return false;
  try {
    return (await Notification.requestPermission()) === "granted";
  } catch {
    return false;
  }
}

export function useNotifications(): void {
  const { store, actions } = useApp();
  const pauses = useSelector((state) => state.pauses);
  const known = useRef<ReadonlySet<string> | null>(null);
  useEffect(() => {
    drawBadge(pauses.length);
    const before = known.current;
    known.current = new Set(pauses.map(({ id }) => id));
    // What waited when the page was opened is nothing new.
    if (before === null || !store.get().loaded) return;
    const fresh = pauses.filter(({ id }) => !before.has(id));
    const first = fresh[0];
    if (!first || document.visibilityState === "visible" || !prefs.get().notify || !canNotify()) return;
    if (Notification.permission !== "granted") return;
    const notification = new Notification(
      fresh.length === 1 ? plainText(first.call_data.method_name, 80) : `${fresh.length} calls wait`,
      // One at a time: a loop at a breakpoint must not fill the screen.
      { body: `${pauses.length} waiting for you`, tag: "cideldill-pause" },
    );
    notification.onclick = () => {
      window.focus();
      actions.select(first.id);
      notification.close();
    };
  }, [pauses, store, actions]);
}

const SIZE = 32;

/** Draws the count on the tab's icon. Where a canvas is not to be had, the title tells it alone. */
function drawBadge(count: number): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (!link) return;
  link.dataset.plain ??= link.href;
  if (count === 0) {
    link.href = link.dataset.plain;
    return;
  }
  const canvas = document.createElement("canvas");
  canvas.width = SIZE;
  canvas.height = SIZE;
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.fillStyle = "#f2b84b";
  pen.beginPath();
  pen.arc(SIZE / 2, SIZE / 2, SIZE / 2, 0, 7);
  pen.fill();
  pen.fillStyle = "#201600";
  pen.font = `700 ${count > 99 ? 15 : 20}px sans-serif`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(count > 99 ? "99+" : String(count), SIZE / 2, SIZE / 2 + 1);
  link.href = canvas.toDataURL();
}
