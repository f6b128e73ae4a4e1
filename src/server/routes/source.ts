/**
 * What stands around a call: the source of a frame of its stack, and its values as trees. The source route takes no
 * path: it takes a call and the number of a frame, so that nothing can be read that no recorded stack names.
 */
import { type IntegerOptions, Type } from "@sinclair/typebox";
import { Elysia, t } from "elysia";
import type { StackFrame } from "../../protocol/calls.ts";
import { Look, LookQuery } from "../../protocol/look.ts";
import { SourceFile, ValueTree } from "../../protocol/source.ts";
import type { ServerContext } from "../context.ts";
import { Refusal } from "../engine/refusal.ts";
import { recordedStack } from "../recorded-stack.ts";
import { readSource } from "../source-file.ts";
import { isCid, treeOf } from "../values/index.ts";
import { answers, detail } from "./docs.ts";

const { path, offset, limit, max_chars } = LookQuery.properties;

/** Numbers of a query are texts at first: Elysia's own integers read them. */
const whole = ({ minimum = 0, maximum = Number.MAX_SAFE_INTEGER, description = "" }: IntegerOptions) =>
  t.Optional(t.Integer({ minimum, maximum, description }));
const LOOK_QUERY = t.Object({
  path,
  offset: whole(offset),
  limit: whole(limit),
  max_chars: whole(max_chars),
});

export const sourceRoutes = (context: ServerContext) =>
  new Elysia({ name: "source" })
    .get(
      "/api/calls/:id/source/:frame",
      async ({ params }) => {
        const stack = recordedStack(context, params.id);
        const frame = stack.frames[Number(params.frame)];
        if (!frame) {
          throw new Refusal(
            "source_not_found",
            `The stack of call ${JSON.stringify(params.id)} has ${stack.frames.length} frames, counted from 0; there is none with the number ${params.frame}.`,
          );
        }
        const source = await sourceOf(frame, stack.isPage);
        return {
          path: frame.filename ?? "",
          language: source.language,
          line: frame.lineno != null && Number.isInteger(frame.lineno) ? frame.lineno : null,
          text: source.text,
          modified_at: source.modifiedAt,
          changed_since: source.modifiedAt > stack.startedAt,
        };
      },
      {
        params: Type.Object({
          id: Type.String({ description: "Its number, or its call_id" }),
          frame: Type.String({ pattern: "^\\d{1,6}$", description: "Number of the frame, from 0" }),
        }),
        response: answers(SourceFile, 400, 403, 404),
        ...detail(
          "calls",
          "The source file of a frame of a call's stack",
          "Frames count from 0 in the order of stack_trace. Only files with names of source code, as text.",
        ),
      },
    )
    .get("/api/values/:cid/look", ({ params, query }) => context.looks.look(params.cid, query), {
      params: Type.Object({ cid: Type.String() }),
      query: LOOK_QUERY,
      response: answers(Look, 400, 404),
      ...detail("calls", "A place within a value, in short", "What was left out is told, with what it was."),
    })
    .get(
      "/api/values/:cid",
      ({ params: { cid } }) => {
        const payload = isCid(cid) ? context.store.getPayload(cid) : null;
        if (!payload) {
          throw new Refusal(
            "value_not_found",
            `No value with the CID ${JSON.stringify(cid.slice(0, 140))} is kept here. A CID is the SHA-512 of the value's bytes, 128 hex digits.`,
          );
        }
        const { format, bytes } = payload;
        return { cid, serialization_format: format, size: bytes.length, text: treeOf(format, bytes) };
      },
      {
        params: Type.Object({ cid: Type.String() }),
        response: answers(ValueTree, 404),
        ...detail(
          "calls",
          "A value as a tree of tagged JSON",
          "Pickles are read as data; nothing of them runs.",
        ),
      },
    );

function sourceOf(frame: StackFrame, isPage: boolean) {
  if (!isPage && frame.filename) return readSource(frame.filename);
  throw new Refusal(
    "source_not_found",
    isPage
      ? "The call came from a page: its files are not on this machine, and are not fetched."
      : "The frame names no file.",
  );
}
