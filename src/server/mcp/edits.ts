/** Edits of a paused call's arguments as an agent gives them, made into what the API takes. */
import type { ContinueRequest } from "../../protocol/actions.ts";
import type { PausedCall } from "../../protocol/pauses.ts";
import type { PayloadItem } from "../../protocol/payload.ts";
import { membersOf, parsePath } from "../bounded.ts";
import type { Api } from "./backend.ts";

export interface Edits {
  /** Whole arguments by place. */
  args?: Record<string, unknown> | undefined;
  /** Changes within arguments. */
  edits?: { at: string; value: unknown }[] | undefined;
  /** Whole keyword arguments by name. */
  kwargs?: Record<string, unknown> | undefined;
}

/** What of an argument is not touched stays: whole ones by their CID, the rest of an edited one in its own format. */
export async function editedArgs(
  api: Api,
  pauseId: string,
  { args = {}, edits = [], kwargs }: Edits,
): Promise<Pick<ContinueRequest, "modified_args" | "modified_kwargs">> {
  const { call_data: call } = await api.get<PausedCall>(`/api/paused/${encodeURIComponent(pauseId)}`);
  const changed = new Map<number, unknown>(
    Object.entries(args).map(([place, value]) => [Number(place), value]),
  );
  const texts = new Map<number, unknown>();
  for (const { at, value } of edits) {
    const [root, place, ...path] = parsePath(at);
    if (root !== "args" || typeof place !== "number")
      throw new Error(`${JSON.stringify(at)} names no argument: begin with args[0].`);
    if (path.length === 0) changed.set(place, value);
    else texts.set(place, replaced(texts.get(place) ?? decoded(call.args[place], at), path, value, at));
  }
  for (const [place, value] of texts) changed.set(place, await item(value));
  const places = [...changed.keys()];
  const length = Math.max(call.args.length, ...places.map((place) => place + 1));
  const gap = Array.from({ length }, (_, place) => place).find(
    (place) => place >= call.args.length && !changed.has(place),
  );
  if (gap !== undefined)
    throw new Error(`There is no argument ${gap} to keep: the call has ${call.args.length}.`);
  const keep = (place: number) => ({ cid: call.args[place]?.cid });
  return {
    ...(places.length > 0
      ? {
          modified_args: Array.from({ length }, (_, place) =>
            changed.has(place) ? changed.get(place) : keep(place),
          ),
        }
      : {}),
    ...(kwargs
      ? {
          modified_kwargs: {
            ...Object.fromEntries(Object.entries(call.kwargs).map(([name, { cid }]) => [name, { cid }])),
            ...kwargs,
          },
        }
      : {}),
  };
}

function decoded(argument: PayloadItem | undefined, at: string): unknown {
  if (!argument) throw new Error(`${JSON.stringify(at)}: the call has no such argument.`);
  if (argument.serialization_format !== "json") {
    throw new Error(
      `${JSON.stringify(at)} is within a Python value, which can only be given whole: use args or kwargs, or change it with breakpoint_repl_eval.`,
    );
  }
  if (argument.data == null) throw new Error(`${JSON.stringify(at)}: the server no longer holds this value.`);
  return JSON.parse(argument.data) as unknown;
}

/** Changes a leaf in place; a class instance's fields lie under its properties. */
function replaced(root: unknown, path: (string | number)[], value: unknown, at: string): unknown {
  let holder: unknown = root;
  for (const [index, key] of path.entries()) {
    const members = membersOf(holder);
    if (typeof members !== "object" || members === null || (index < path.length - 1 && !(key in members)))
      throw new Error(`${JSON.stringify(at)} leads nowhere: there is no ${JSON.stringify(key)}.`);
    if (index === path.length - 1) Reflect.set(members, key, value);
    else holder = Reflect.get(members, key);
  }
  return root;
}

async function item(value: unknown): Promise<PayloadItem> {
  const data = JSON.stringify(value);
  const hash = await crypto.subtle.digest("SHA-512", new TextEncoder().encode(data));
  return { cid: new Uint8Array(hash).toHex(), data, serialization_format: "json" };
}
