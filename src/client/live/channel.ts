/** A live channel to the server, as the core sees it. */
import type { InterceptedCall } from "../core/perform.ts";
import type { Registry } from "../core/registry.ts";
import type { Session } from "../core/session.ts";
import type { Settings } from "../core/settings.ts";
import type { EncodeOptions } from "../encode/encode.ts";

export interface LiveChannel {
  /** `true` when calls go over this channel, even if the server is being looked for just now. */
  readonly isUsable: boolean;
  /** How deep a stack to take for a call of this name. */
  depthFor(name: string): number;
  /**
   * Whether the stack of a call of this name is better written down later. Not of one that asks; nor while the program calls on
   * and on: then what is put off is only more to do.
   */
  writesStackLater(name: string): boolean;
  readonly run: (call: InterceptedCall) => unknown;
  /** Takes notice of what changed since the last call, if anything did. */
  look(): void;
  /** Makes functions known that the server does not know yet. */
  announce(): void;
  /** The server was found, and the channel with it or not: waits until that is known, where waiting is possible. */
  settle(): void;
  switchedOff(): void;
}

/** What a channel needs of the client. */
export interface LiveHost {
  readonly session: Session | null;
  readonly settings: Settings;
  readonly registry: Registry;
  readonly verbose: boolean;
  encodeOptions(): EncodeOptions;
  /** Runs a call the way of the HTTP contract. */
  runOverHttp(call: InterceptedCall): unknown;
  log(line: string): void;
}
