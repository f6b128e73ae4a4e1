/** A link to a place of this page: a real one, so that it opens in a new tab like any other. */
import type { ComponentChildren } from "preact";
import { hrefOf, type PageName } from "../place.ts";
import { router } from "../router.ts";

interface LinkProps {
  to: PageName;
  query?: Readonly<Record<string, string | null | undefined>>;
  className?: string;
  title?: string;
  current?: boolean;
  children: ComponentChildren;
}

export function Link({ to, query = {}, className = "", title, current, children }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    router.go(to, query);
  };
  return (
    <a
      href={hrefOf(to, query)}
      className={className}
      title={title}
      aria-current={current ? "page" : undefined}
      onClick={follow}
    >
      {children}
    </a>
  );
}
