/** Makes functions known to the server, each once. */
import type { Registry } from "../core/registry.ts";
import { Known } from "./known.ts";

/** Names the server was told; forgotten ones are told again. */
const MOST_TOLD = 20_000;

/** Functions in one frame. */
const MOST_IN_FRAME = 1_000;

export class Announcer {
  readonly #registry: Registry;
  readonly #post: (message: string) => void;
  readonly #told = new Set<string>();
  #version = -1;

  constructor(registry: Registry, post: (message: string) => void) {
    this.#registry = registry;
    this.#post = post;
  }

  forget(): void {
    this.#told.clear();
    this.#version = -1;
  }

  announce(): void {
    if (this.#registry.version === this.#version) return;
    this.#version = this.#registry.version;
    if (this.#told.size > MOST_TOLD) this.#told.clear();
    const functions: string[] = [];
    for (const { name, known } of this.#registry.announcements(this.#told)) {
      this.#told.add(name);
      const { json, ...own } = { json: JSON.stringify(name), signature: new Known(name).signature(known.fn) };
      const arity = typeof known.fn.length === "number" ? known.fn.length : 0;
      functions.push(
        `{"name":${json},"signature":${own.signature},"metadata":{"language":"javascript","arity":${arity}}}`,
      );
    }
    for (let at = 0; at < functions.length; at += MOST_IN_FRAME) {
      this.#post(`F{"t":"functions","functions":[${functions.slice(at, at + MOST_IN_FRAME)}]}`);
    }
  }
}
