/** The functions that programs made known. Knowing one is not pausing at it. */
import type { FunctionList } from "../../protocol/breakpoints.ts";
import { own } from "../own-property.ts";

export type Signature = string | number;

export interface KnownFunction {
  signature: Signature | null;
  metadata: Record<string, unknown> | null;
}

export class Functions {
  readonly #byName = new Map<string, KnownFunction>();

  get(name: string): KnownFunction | undefined {
    return this.#byName.get(name);
  }

  /** Adds or refreshes; says whether the name is new, and its signature another. What a later report leaves out is kept. */
  register(
    name: string,
    signature: Signature | null,
    metadata: Record<string, unknown> | null,
  ): { isNew: boolean; isSigned: boolean } {
    const known = this.#byName.get(name);
    this.#byName.set(name, {
      signature: signature ?? known?.signature ?? null,
      metadata: metadata ?? known?.metadata ?? null,
    });
    return {
      isNew: known === undefined,
      isSigned: signature !== null && signature !== known?.signature,
    };
  }

  list(): FunctionList {
    const list: FunctionList = { functions: [], function_signatures: {}, function_metadata: {} };
    for (const name of [...this.#byName.keys()].sort()) {
      const known = this.#byName.get(name);
      list.functions.push(name);
      if (known?.signature != null) own(list.function_signatures, name, known.signature);
      if (known?.metadata) own(list.function_metadata, name, known.metadata);
    }
    return list;
  }
}
