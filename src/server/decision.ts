/** What a person, script or agent decided about a call, made into the action its client understands. */
import type { ContinueRequest, EngineAction, FinalAction } from "../protocol/actions.ts";
import type { SerializationFormat, WireItem } from "../protocol/payload.ts";
import type { ServerContext } from "./context.ts";
import { checkCuts, checkRest } from "./cut-values.ts";
import type { Call, Item } from "./engine/calls.ts";
import { itemsOf } from "./engine/decisions.ts";
import type { Pause } from "./engine/pauses.ts";
import { Refusal } from "./engine/refusal.ts";
import type { Moment } from "./engine/rules/facts.ts";
import { decodedData, formatOf, type IncomingItem, Intake } from "./intake.ts";
import { own } from "./own-property.ts";
import { intentOf } from "./release-request.ts";
import type { Store } from "./store/store.ts";
import { cidOf, encodeFor, isCid, PayloadError } from "./values/index.ts";
import { wireItem } from "./views.ts";

/** Builds the action; refuses what is contradictory, malformed, or refers to a payload nobody holds. */
export function decide(
  context: Pick<ServerContext, "manager" | "store">,
  pause: Pause,
  request: ContinueRequest,
): EngineAction {
  return actionFor(context.store, pause, request) ?? context.manager.continueAction(pause);
}

/** The action that a request means for a call at a moment; null for one that lets it go on. */
export function actionFor(store: Store, moment: Moment, request: ContinueRequest): EngineAction | null {
  switch (intentOf(request)) {
    case "modify":
      return {
        action: "modify",
        modified_args: [],
        modified_kwargs: {},
        ...argumentsOf(store, moment, request),
      };
    case "call_again":
      return { action: "call_again", ...argumentsOf(store, moment, request) };
    case "skip":
      return skip(store, moment, request);
    case "raise":
      return {
        action: "raise",
        exception_type:
          request.exception_type || (moment.call.preferredFormat === "dill" ? "Exception" : "Error"),
        exception_message: request.exception_message ?? "",
      };
    case "replace":
      return { action: "replace", function_name: request.replacement_function ?? "" };
    case "continue":
      return null;
  }
}

interface Arguments {
  modified_args: WireItem[];
  modified_kwargs: Record<string, WireItem>;
}

function argumentsOf(store: Store, moment: Moment, request: ContinueRequest): Partial<Arguments> {
  const { call } = moment;
  const { modified_args, modified_kwargs } = request;
  if (call.client && modified_kwargs && Object.keys(modified_kwargs).length > 0)
    throw new Refusal(
      "action_not_supported",
      "JavaScript has no keyword arguments: change the argument by its place, in modified_args. The call is still paused.",
    );
  const encoder = new ValueEncoder(store, moment);
  const args = modified_args?.map((value, index) => encoder.item(value, `modified_args[${index}]`));
  const kwargs: Record<string, WireItem> = {};
  for (const [key, value] of Object.entries(modified_kwargs ?? {}))
    own(kwargs, key, encoder.item(value, `modified_kwargs.${key}`));
  if (args) checkArguments(encoder, call, args);
  encoder.commit();
  if (!args && !modified_kwargs) return {};
  const kept = keptArguments(encoder, call);
  return {
    modified_args: args ?? kept.modified_args,
    modified_kwargs: modified_kwargs ? kwargs : kept.modified_kwargs,
  };
}

/** What the call's client could not rebuild is refused here, while the call can still be decided about. */
function checkArguments(encoder: ValueEncoder, call: Call, args: readonly WireItem[]): void {
  if (call.preferredFormat !== "json") return;
  if (call.client) checkRest(call.args, args);
  for (const [place, { cid, data }] of args.entries()) {
    if (data == null || encoder.isOwn(cid)) continue;
    const before = call.args[place];
    checkCuts(data, before ? encoder.textOf(before) : null, `modified_args[${place}]`);
  }
}

/** The call's own arguments, as they are. */
const keptArguments = (encoder: ValueEncoder, call: Call): Arguments => {
  const modified_kwargs: Record<string, WireItem> = {};
  for (const [key, item] of call.kwargs) own(modified_kwargs, key, encoder.kept(item));
  return { modified_args: call.args.map((item) => encoder.kept(item)), modified_kwargs };
};

function skip(store: Store, moment: Moment, request: ContinueRequest): FinalAction {
  const { preferredFormat } = moment.call;
  const encoder = new ValueEncoder(store, moment);
  const result =
    request.fake_result_data != null
      ? encoder.sent(
          {
            cid: request.fake_result_cid ?? undefined,
            data: request.fake_result_data,
            serialization_format: request.fake_result_serialization_format ?? preferredFormat,
          },
          "fake_result_data",
        )
      : encoder.item(request.fake_result ?? null, "fake_result");
  if (preferredFormat === "json") {
    const { call, outcome } = moment;
    // Clients of the contract rebuild a result from what is sent alone.
    const before = call.client ? (outcome?.result ?? outcome?.exception?.item) : undefined;
    const data = encoder.dataOf(result);
    if (result.cid !== before?.cid && !encoder.isOwn(result.cid))
      checkCuts(data, before ? encoder.textOf(before) : null, "The result");
  }
  encoder.commit();
  return {
    action: "skip",
    fake_result_data: encoder.dataOf(result),
    fake_result_cid: result.cid,
    fake_result_serialization_format: preferredFormat,
  };
}

/** Turns what came in a decision into items that the paused call's client can read. */
class ValueEncoder {
  readonly #store: Store;
  readonly #format: SerializationFormat;
  readonly #intake: Intake;
  readonly #ownItems: Map<string, Item>;

  constructor(store: Store, { call }: Moment) {
    this.#store = store;
    this.#format = call.preferredFormat;
    this.#intake = new Intake(store);
    this.#ownItems = new Map([...itemsOf(call)].map((item) => [item.cid, item]));
  }

  item(value: unknown, where: string): WireItem {
    return isItem(value) ? this.sent(value, where) : this.encoded(value, where);
  }

  /**
   * One of the call's own values, unchanged. The Python client looks it up by CID and must not get data, which it
   * would unpickle into another object; browser clients of the contract keep nothing and need the data.
   */
  kept(item: Item): WireItem {
    const whole = wireItem(this.#store, item);
    return whole.serialization_format === "dill" ? { cid: item.cid } : whole;
  }

  sent(item: Omit<IncomingItem, "cid"> & { cid?: string | undefined }, where: string): WireItem {
    const mine = item.cid === undefined ? undefined : this.#ownItems.get(item.cid);
    if (mine && item.data == null) return this.kept(mine);
    const cid = item.cid ?? cidOf(decodedData(item.data ?? "", this.#format, where));
    const held = this.#store.getPayload(cid);
    const format = formatOf(item.serialization_format ?? held?.format ?? this.#format, where);
    if (format !== this.#format) {
      throw new Refusal(
        "invalid_serialization_format",
        `${where} is ${format}, but the paused call's client reads ${this.#format}. Send a plain JSON value instead; it is encoded for the client.`,
      );
    }
    const added = this.#intake.add({ ...item, cid, serialization_format: format }, where);
    return item.data == null
      ? wireItem(this.#store, added)
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

  /** Whether it is a value of the call itself, unchanged. */
  isOwn(cid: string): boolean {
    return this.#ownItems.has(cid);
  }

  /** The text of a value the call's client sent as JSON. */
  textOf(item: Item): string | null {
    return item.text ?? wireItem(this.#store, item).data ?? null;
  }

  dataOf(item: WireItem): string {
    return (
      item.data ?? wireItem(this.#store, { cid: item.cid, format: this.#format, clientRef: null }).data ?? ""
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
