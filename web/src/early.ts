/**
 * Runs before all else, as a script of its own: what the first picture shows is asked for while the code that draws it is
 * still being read. The page takes the answers with `takeEarly`.
 */
import { firstCalls, parseRoute } from "./place.ts";

const { page, query } = parseRoute(location.pathname, location.search);
// The link of a call shows the list where that call is, which may be anywhere.
const paths = page === "calls" && !query.call ? [firstCalls(query.q ?? "")] : [];
window.cideldillEarly = new Map(
  paths.map((path) => {
    const answer = fetch(path, { cache: "no-store" });
    // Whoever takes it sees to what went wrong.
    answer.catch(() => {});
    return [path, answer];
  }),
);
