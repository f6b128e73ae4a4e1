/** One value, looked into: any place of it, however large it is, in an answer that stays small. */
import { type Static, Type } from "@sinclair/typebox";
import type { ObjectData as ObjectDataSchema } from "../../../protocol/objects.ts";
import { prettyOf } from "../../values/index.ts";
import type { Api } from "../backend.ts";
import { bounded, DEFAULT_CHARS, kindOf, MOST_CHARS, parsePath, step } from "../bounded.ts";
import { membersOf } from "../edits.ts";
import { CutList } from "../paused-view.ts";
import { defineTool } from "../tool.ts";

type ObjectData = Static<typeof ObjectDataSchema>;

/** A value larger than this is not fetched whole, in characters of its data. */
const LARGEST = 100_000_000;

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
      size: Type.Integer({ description: "Characters of the whole value's data" }),
      value: Type.Unknown(),
      keys: Type.Optional(Type.Array(Type.String(), { description: "The first names, of an object" })),
      next_offset: Type.Union([Type.Integer(), Type.Null()], { description: "For the piece that follows" }),
      cut: CutList,
    }),
    effect: "look",
    async run({ cid, path = "", offset = 0, limit, max_chars = DEFAULT_CHARS }, { api, signal }) {
      const data = await dataOf(api, cid, signal);
      const found = at(readable(data), path);
      const { piece, next } = pieceOf(found, offset, limit, max_chars);
      const { value, cut } = bounded(shownOf(piece), { chars: max_chars });
      return {
        at: path === "" ? "the whole value" : path,
        kind: kindOf(found),
        size: data.total,
        value,
        ...(isPlain(found) ? { keys: Object.keys(found).slice(0, 100) } : {}),
        next_offset: next,
        cut,
      };
    },
  }),
];

async function dataOf(api: Api, cid: string, signal: AbortSignal): Promise<ObjectData> {
  const data = await api.get<ObjectData>(`/api/objects/${cid}/data?limit=${LARGEST}`, signal);
  if (data.next_offset === null) return data;
  throw new Error(
    `The value has ${data.total.toLocaleString("en-US")} characters, too many to look into. Evaluate a part of it at a pause instead: breakpoint_repl_eval.`,
  );
}

/** The value as JSON: ours with its tags, a pickle as it is displayed. */
function readable({ data, serialization_format }: ObjectData): unknown {
  if (serialization_format === "json") return JSON.parse(data) as unknown;
  return prettyOf("dill", Buffer.from(data, "base64"));
}

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
