/** One value, looked into: any place of it, however large it is, in an answer that stays small. */
import { Type } from "@sinclair/typebox";
import { Look, LookQuery } from "../../../protocol/look.ts";
import { defineTool } from "../tool.ts";

const { at, kind, size, value, keys, next_offset, cut } = Look.properties;

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
        ...LookQuery.properties,
      },
      { additionalProperties: false },
    ),
    output: Type.Object({ at, kind, size, value, keys, next_offset, cut }),
    effect: "look",
    async run({ cid, ...place }, { api, signal }) {
      const query = new URLSearchParams(Object.entries(place).map(([name, value]) => [name, String(value)]));
      const look = await api.get<Look>(`/api/values/${cid}/look?${query}`, signal);
      const { at, kind, size, value, keys, next_offset, cut } = look;
      return { at, kind, size, value, ...(keys ? { keys } : {}), next_offset, cut };
    },
  }),
];
