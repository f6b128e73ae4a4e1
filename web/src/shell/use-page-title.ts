/** What the tab says while the page is out of sight: how many calls wait, in its title and on its icon. */
import { useEffect } from "preact/compat";
import { useSelector } from "../components/context.ts";
import { useRoute } from "../router.ts";
import { PLACES } from "./nav-rail.tsx";

const NAME = "CID el Dill";

export function usePageTitle(): void {
  const count = useSelector((state) => state.pauses.length);
  const { page } = useRoute();
  useEffect(() => {
    const place = page === "calls" ? undefined : PLACES.find((each) => each.page === page)?.title;
    const title = place === undefined ? NAME : `${place} · ${NAME}`;
    document.title = count === 0 ? title : `(${count}) ${title}`;
  }, [count, page]);
}
