/** Payload items on their way in: checked to the last byte before any of them is kept. */
import type { SerializationFormat } from "../protocol/payload.ts";
import type { Item } from "./engine/calls.ts";
import { Refusal } from "./engine/refusal.ts";
import type { Payload, Store } from "./store/store.ts";
import { cidOf, decodeItemBytes, PayloadError } from "./values/index.ts";

/** An item as it comes: what is optional may also be spelled out as null or undefined. */
export interface IncomingItem {
  cid: string;
  data?: string | null | undefined;
  serialization_format?: string | null | undefined;
  client_ref?: number | string | null | undefined;
}

/**
 * Collects the items of one request, then keeps them all or refuses them all.
 *
 * @example
 * const intake = new Intake(store);
 * const args = body.args.map((item, index) => intake.add(item, `args[${index}]`));
 * intake.commit(); // throws cid_not_found with every CID that has to be sent again
 */
export class Intake {
  readonly #store: Store;
  readonly #fresh = new Map<string, Payload>();
  /** The data each fresh payload came as: the same CID may come twice, but not with other data. */
  readonly #checked = new Map<string, string>();
  readonly #bare = new Set<string>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Checks one item. `where` names it in messages. Throws `cid_mismatch`, `invalid_*`. */
  add(item: IncomingItem, where: string): Item {
    const format = formatOf(item.serialization_format, where);
    if (item.data == null) this.#bare.add(item.cid);
    else if (this.#checked.get(item.cid) !== item.data || this.#fresh.get(item.cid)?.format !== format) {
      this.#fresh.set(item.cid, verified(item.cid, item.data, format, where));
      this.#checked.set(item.cid, item.data);
    }
    return { cid: item.cid, format, clientRef: item.client_ref ?? null };
  }

  /** Keeps what was added. Throws `cid_not_found` when something came without data and is not held. */
  commit(): void {
    const missing = [...this.#bare].filter((cid) => !this.#fresh.has(cid) && !this.#store.hasPayload(cid));
    if (missing.length > 0) {
      throw new Refusal(
        "cid_not_found",
        `${missing.length} payload(s) came without data and are not held here. Send the request again with data for missing_cids.`,
        { missing_cids: missing },
      );
    }
    this.#store.putPayloads([...this.#fresh.values()]);
  }
}

export function formatOf(format: string | null | undefined, where: string): SerializationFormat {
  if (format == null || format === "dill") return "dill";
  if (format === "json") return "json";
  throw new Refusal(
    "invalid_serialization_format",
    `The serialization_format of ${where} is ${JSON.stringify(format)}; it must be "dill" or "json".`,
  );
}

function verified(cid: string, data: string, format: SerializationFormat, where: string): Payload {
  const bytes = decodedData(data, format, where);
  const expected = cidOf(bytes);
  if (cid === expected) return { cid, format, bytes };
  throw new Refusal(
    "cid_mismatch",
    `The CID of ${where} is not the SHA-512 of its data. Compute it over the ${format === "dill" ? "decoded base64 bytes" : "UTF-8 bytes of the JSON text"}.`,
    { expected_cid: expected, provided_cid: cid },
  );
}

/** The bytes of an item's data; refused with the contract's code when they are not what the format says. */
export function decodedData(data: string, format: SerializationFormat, where: string): Uint8Array {
  try {
    return decodeItemBytes(data, format).bytes;
  } catch (error) {
    if (error instanceof PayloadError)
      throw new Refusal(error.code, `The data of ${where}: ${error.message}.`);
    throw error;
  }
}
