/** One value, looked into: any place of it, however large it is, in an answer that stays small. */
import { Type } from "@sinclair/typebox";
import type { ValueTree } from "../../../protocol/source.ts";
import { prettyOf } from "../../values/index.ts";
import { bounded, DEFAULT_CHARS, kindOf, MOST_CHARS, parsePath, step } from "../bounded.ts";
import { membersOf } from "../edits.ts";
import { CutList } from "../paused-view.ts";
import { defineTool } from "../tool.ts";

/** Members of a list that are shown at once. */
const USUAL_LIMIT = 50;

export const objectTools = [
  defineTool({
    name: "breakpoint_inspect_object",
    title: "Look into a value",
    description:
      "Shows a value, or a place within it, by its CID. With path any part of it: lines[3].price. Of a long list or text offset and limit pick a piece. What is still cut is told, with how to get it.",
    input: Type.Object(
      {
        cid: Type.String({
          pattern: "^[0-9a-f]{128}$",
          description: "As other tools give it: 128 hex digits",
        }),
        path: Type.Optional(
          Type.String({
            maxLength: 2_000,
            description: 'Such as lines[3].price or ["odd name"][0]; default: the whole value',
          }),
        ),
        offset: Type.Optional(
          Type.Integer({
            minimum: 0,
            description: "First member of a list or object, first character of a text",
          }),
        ),
        limit: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 100_000,
            description: `Members (default ${USUAL_LIMIT}) or characters`,
          }),
        ),
        max_chars: Type.Optional(
          Type.Integer({ minimum: 100, maximum: MOST_CHARS, description: `Default ${DEFAULT_CHARS}` }),
        ),
      },
      { additionalProperties: false },
    ),
    output: Type.Object({
      at: Type.String(),
      kind: Type.String({ description: "What is there: array of 120,000; text of 52,428,800 characters" }),
      size: Type.Integer({ description: "Bytes of the whole value" }),
      value: Type.Unknown(),
      keys: Type.Optional(Type.Array(Type.String(), { description: "The first names, of an object" })),
      next_offset: Type.Union([Type.Integer(), Type.Null()], { description: "For the piece that follows" }),
      cut: CutList,
    }),
    effect: "look",
    async run({ cid, path = "", offset = 0, limit, max_chars = DEFAULT_CHARS }, { api, signal }) {
      const tree = await api.get<ValueTree>(`/api/values/${cid}`, signal);
      const found = at(JSON.parse(tree.text) as unknown, path);
      const { piece, next } = pieceOf(found, offset, limit, max_chars);
      const { value, cut } = bounded(shownOf(piece), { chars: max_chars });
      return {
        at: path === "" ? "the whole value" : path,
        kind: kindOf(found),
        size: tree.size,
        value,
        ...(isPlain(found) ? { keys: Object.keys(found).slice(0, 100) } : {}),
        next_offset: next,
        cut,
      };
    },
  }),
];

function at(value: unknown, path: string): unknown {
  let found = value;
  let done = "";
  for (const key of parsePath(path)) {
    const members = membersOf(found);
    if (typeof members !== "object" || members === null || !Object.hasOwn(members, key)) {
      const there = isPlain(members)
        ? `; there are ${Object.keys(members).slice(0, 20).join(", ") || "no names"}`
        : "";
      throw new Error(
        `There is no ${step(key)} at ${done || "the value"}, which is ${article(kindOf(members))}${there}.`,
      );
    }
    found = Reflect.get(members, key);
    done += step(key);
  }
  return found;
}

const article = (kind: string): string =>
  /^(array|object)/.test(kind) ? `an ${kind}` : kind.startsWith("text") ? `a ${kind}` : kind;

const isPlain = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function pieceOf(
  value: unknown,
  offset: number,
  limit: number | undefined,
  chars: number,
): { piece: unknown; next: number | null } {
  const next = (length: number, end: number) => (end < length ? end : null);
  if (typeof value === "string") {
    const end = offset + Math.min(limit ?? chars, chars);
    return { piece: value.slice(offset, end), next: next(value.length, end) };
  }
  const end = offset + (limit ?? USUAL_LIMIT);
  if (Array.isArray(value)) return { piece: value.slice(offset, end), next: next(value.length, end) };
  if (!isPlain(value) || "$type" in value) return { piece: value, next: null };
  const entries = Object.entries(value);
  return { piece: Object.fromEntries(entries.slice(offset, end)), next: next(entries.length, end) };
}

/** Tags within are shown as people read them: a Date as a date. */
function shownOf(piece: unknown): unknown {
  if (typeof piece !== "object" || piece === null) return piece;
  return prettyOf("json", new TextEncoder().encode(JSON.stringify(piece)));
}
