/** What a person, script or agent decided about a paused call, made into the action its client understands. */
import type { ContinueRequest, FinalAction } from "../protocol/actions.ts";
import type { SerializationFormat, WireItem } from "../protocol/payload.ts";
import type { ServerContext } from "./context.ts";
import type { Item } from "./engine/calls.ts";
import type { Pause } from "./engine/pauses.ts";
import { Refusal } from "./engine/refusal.ts";
import { decodedData, formatOf, type IncomingItem, Intake } from "./intake.ts";
import { own } from "./own-property.ts";
import { intentOf } from "./release-request.ts";
import { cidOf, encodeFor, isCid, PayloadError } from "./values/index.ts";
import { wireItem } from "./views.ts";

type Context = Pick<ServerContext, "manager" | "store">;

/** Builds the action; refuses what is contradictory, malformed, or refers to a payload nobody holds. */
export function decide(context: Context, pause: Pause, request: ContinueRequest): FinalAction {
  switch (intentOf(request)) {
    case "modify":
      return modify(context, pause, request);
    case "skip":
      return skip(context, pause, request);
    case "raise":
      return {
        action: "raise",
        exception_type:
          request.exception_type || (pause.call.preferredFormat === "dill" ? "Exception" : "Error"),
        exception_message: request.exception_message ?? "",
      };
    case "replace":
      return { action: "replace", function_name: request.replacement_function ?? "" };
    default:
      return context.manager.continueAction(pause);
  }
}

function modify(context: Context, pause: Pause, request: ContinueRequest): FinalAction {
  const { call } = pause;
  const encoder = new ValueEncoder(context, pause);
  const args = request.modified_args?.map((value, index) => encoder.item(value, `modified_args[${index}]`));
  const kwargs: Record<string, WireItem> = {};
  for (const [key, value] of Object.entries(request.modified_kwargs ?? Object.fromEntries(call.kwargs))) {
    const item = request.modified_kwargs
      ? encoder.item(value, `modified_kwargs.${key}`)
      : encoder.kept(value as Item);
    own(kwargs, key, item);
  }
  const action: FinalAction = {
    action: "modify",
    modified_args: args ?? call.args.map((item) => encoder.kept(item)),
    modified_kwargs: kwargs,
  };
  encoder.commit();
  return action;
}

function skip(context: Context, pause: Pause, request: ContinueRequest): FinalAction {
  const encoder = new ValueEncoder(context, pause);
  const result =
    request.fake_result_data != null
      ? encoder.sent(
          {
            cid: request.fake_result_cid ?? undefined,
            data: request.fake_result_data,
            serialization_format: request.fake_result_serialization_format ?? pause.call.preferredFormat,
          },
          "fake_result_data",
        )
      : encoder.item(request.fake_result ?? null, "fake_result");
  encoder.commit();
  return {
    action: "skip",
    fake_result_data: encoder.dataOf(result),
    fake_result_cid: result.cid,
    fake_result_serialization_format: pause.call.preferredFormat,
  };
}

/** Turns what came in a decision into items that the paused call's client can read. */
class ValueEncoder {
  readonly #context: Context;
  readonly #format: SerializationFormat;
  readonly #intake: Intake;
  readonly #ownItems: Map<string, Item>;

  constructor(context: Context, pause: Pause) {
    const { call } = pause;
    this.#context = context;
    this.#format = call.preferredFormat;
    this.#intake = new Intake(context.store);
    this.#ownItems = new Map(
      [...call.args, ...call.kwargs.values(), ...(call.target ? [call.target] : [])].map((item) => [
        item.cid,
        item,
      ]),
    );
  }

  item(value: unknown, where: string): WireItem {
    return isItem(value) ? this.sent(value, where) : this.encoded(value, where);
  }

  /**
   * One of the call's own values, unchanged. The Python client looks it up by CID and must not get data, which it
   * would unpickle into another object; browser clients of the contract keep nothing and need the data.
   */
  kept(item: Item): WireItem {
    const whole = wireItem(this.#context.store, item);
    return whole.serialization_format === "dill" ? { cid: item.cid } : whole;
  }

  sent(item: Omit<IncomingItem, "cid"> & { cid?: string | undefined }, where: string): WireItem {
    const mine = item.cid === undefined ? undefined : this.#ownItems.get(item.cid);
    if (mine && item.data == null) return this.kept(mine);
    const cid = item.cid ?? cidOf(decodedData(item.data ?? "", this.#format, where));
    const held = this.#context.store.getPayload(cid);
    const format = formatOf(item.serialization_format ?? held?.format ?? this.#format, where);
    if (format !== this.#format) {
      throw new Refusal(
        "invalid_serialization_format",
        `${where} is ${format}, but the paused call's client reads ${this.#format}. Send a plain JSON value instead; it is encoded for the client.`,
      );
    }
    const added = this.#intake.add({ ...item, cid, serialization_format: format }, where);
    return item.data == null
      ? wireItem(this.#context.store, added)
      : { cid, data: item.data, serialization_format: format };
  }

  encoded(value: unknown, where: string): WireItem {
    try {
      const item = encodeFor(this.#format, value);
      this.#intake.add(item, where);
      return item;
    } catch (error) {
      if (error instanceof PayloadError) throw new Refusal(error.code, `${where}: ${error.message}.`);
      throw error;
    }
  }

  /** Keeps the new values, or throws `cid_not_found` for those that nobody holds. */
  commit(): void {
    this.#intake.commit();
  }

  dataOf(item: WireItem): string {
    return (
      item.data ??
      wireItem(this.#context.store, { cid: item.cid, format: this.#format, clientRef: null }).data ??
      ""
    );
  }
}

/** An item, not a value that happens to be an object: it has a CID and nothing that an item has not. */
function isItem(value: unknown): value is IncomingItem {
  if (typeof value !== "object" || value === null || !("cid" in value)) return false;
  if (typeof value.cid !== "string" || !isCid(value.cid)) return false;
  return Object.keys(value).every((key) =>
    ["cid", "data", "serialization_format", "client_ref"].includes(key),
  );
}
