/** The pages of the application, at its left edge; at the bottom of a phone. */
import { useSelector } from "../components/context.ts";
import { Icon, type IconName } from "../components/icon.tsx";
import { Link } from "../components/link.tsx";
import type { PageName } from "../place.ts";
import { useRoute } from "../router.ts";

interface Place {
  readonly page: PageName;
  readonly title: string;
  readonly icon: IconName;
  /** The second key after `g`. */
  readonly key: string;
}

export const PLACES: readonly Place[] = [
  { page: "calls", title: "Calls", icon: "calls", key: "c" },
  { page: "breakpoints", title: "Breakpoints", icon: "breakpoint", key: "b" },
  { page: "functions", title: "Functions", icon: "function", key: "f" },
  { page: "processes", title: "Programs", icon: "process", key: "p" },
  { page: "objects", title: "Objects", icon: "object", key: "o" },
  { page: "sessions", title: "Sessions", icon: "session", key: "s" },
  { page: "repl", title: "REPL", icon: "repl", key: "r" },
  { page: "errors", title: "Errors", icon: "warning", key: "e" },
  { page: "settings", title: "Settings", icon: "settings", key: "," },
];

export function NavRail() {
  const { page } = useRoute();
  const waiting = useSelector((state) => state.pauses.length);
  return (
    <nav className="rail" aria-label="Pages">
      {PLACES.map((place) => (
        <Link
          key={place.page}
          to={place.page}
          className={`rail-link rail-${place.page}`}
          current={place.page === page}
          title={`${place.title} (g ${place.key})`}
        >
          <Icon name={place.icon} />
          <span>{place.title}</span>
          {place.page === "calls" && waiting > 0 && (
            <b className="rail-count">
              {waiting > 99 ? "99+" : waiting}
              <span className="hidden"> waiting</span>
            </b>
          )}
        </Link>
      ))}
    </nav>
  );
}
