/** Recorded calls as a file. */

import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { ShareQuery } from "../../protocol/records.ts";
import { callDetail } from "../record/detail.ts";
import { callOf } from "../record/find.ts";
import { queryOf, search } from "../record/search.ts";
import { shared } from "../share/share.ts";
import type { ReadStore, StoredCall } from "../store/store.ts";
import { answers, detail } from "./docs.ts";

const LIMIT = 1_000;
/** Pieces sent before others get their turn. */
const AT_ONCE = 50;

const TYPES = {
  html: "text/html; charset=utf-8",
  json: "application/json",
  ndjson: "application/x-ndjson",
} as const;

export const shareRoutes = (store: ReadStore) =>
  new Elysia({ name: "share" }).get(
    "/api/calls/share",
    async ({ query }) => {
      const format = query.format ?? "ndjson";
      const limit = query.limit ?? LIMIT;
      const { calls, isComplete } =
        query.calls === undefined ? await fitting(store, query.q, limit) : named(store, query.calls, limit);
      const details = calls.values().map((call) => callDetail(store, call));
      const q = query.calls === undefined ? (query.q ?? "") : "";
      const pieces = shared(format, details, { count: calls.length, q, isComplete });
      return new Response(streamOf(pieces), {
        headers: {
          "content-type": TYPES[format],
          "content-disposition": `attachment; filename="calls.${format}"`,
        },
      });
    },
    {
      query: ShareQuery,
      response: answers(Type.Any({ description: "The file" }), 400, 404),
      ...detail(
        "record",
        "Calls as a file",
        "With their values, oldest first: a line of JSON each, one JSON value, or one HTML page that opens without a network and runs nothing.",
      ),
    },
  );

interface Chosen {
  calls: StoredCall[];
  isComplete: boolean;
}

function named(store: ReadStore, names: string, limit: number): Chosen {
  const ids = [...new Set(names.split(","))];
  const calls = ids.slice(0, limit).map((id) => callOf(store, id.trim()));
  return { calls: calls.sort((a, b) => a.number - b.number), isComplete: ids.length <= limit };
}

/** The newest that fit; others have their turn between the pieces of a long search. */
async function fitting(store: ReadStore, q: string | undefined, limit: number): Promise<Chosen> {
  const query = queryOf(q);
  const calls: StoredCall[] = [];
  let after: number | undefined;
  for (;;) {
    const found = search(store, query, { order: "newest", after, limit: limit - calls.length });
    calls.push(...found.calls);
    if (found.stoppedAt === null || calls.length >= limit)
      return { calls: calls.reverse(), isComplete: found.stoppedAt === null };
    after = found.stoppedAt;
    await Bun.sleep(0);
  }
}

function streamOf(pieces: Generator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      for (let sent = 0; sent < AT_ONCE; sent++) {
        const next = pieces.next();
        if (next.done) return controller.close();
        controller.enqueue(encoder.encode(next.value));
      }
      await Bun.sleep(0);
    },
  });
}
