/** A query as it was understood, with every parenthesis. Parsing it again gives the same. */
import type { Query } from "./ast.ts";

export function formatQuery(query: Query): string {
  switch (query.kind) {
    case "all":
      return "";
    case "and":
    case "or":
      return `(${query.parts.map(formatQuery).join(` ${query.kind} `)})`;
    case "not":
      return `not ${formatQuery(query.part)}`;
    case "text":
      return quoted(query.said);
    case "name":
      return `${query.field}:${query.globs.map(bare).join(",")}`;
    case "status":
      return `status:${query.statuses.map(bare).join(",")}`;
    case "decision":
      return `${query.field}:${query.names.join(",")}`;
    case "cid":
      return `cid:${query.prefix}`;
    case "contains":
      return `${query.where}:${quoted(query.said)}`;
    case "compare":
      return `${query.place.where}:${query.said}`;
    case "duration":
      return `duration:${query.said}`;
    case "time":
      return `${query.field}:${quoted(query.said)}`;
    case "number":
      return `number:${query.from}${query.from === query.to ? "" : `..${query.to}`}`;
    case "pinned":
      return `pinned:${query.pinned ? "yes" : "no"}`;
  }
}

const quoted = (text: string): string => `"${text.replace(/["\\]/g, "\\$&")}"`;

const bare = (text: string): string => (/^[\w.*?/:@#$+-]+$/.test(text) ? text : quoted(text));
