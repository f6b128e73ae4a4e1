/** What writing a node needs: apart from the writer itself, so that objects and nodes can write each other. */
import type { PickleEntry, PickleNode } from "../pickle/nodes.ts";

export interface NodeWriter {
  /** Text of ours. */
  add(text: string): void;
  /** Text of the payload's, which is escaped. */
  name(text: string): void;
  node(node: PickleNode): void;
  /** `a, b, c`, with the rest counted. */
  items(items: readonly PickleNode[], omitted?: number): void;
  /** `k: v`, or `k=v` with text keys for attributes and keyword arguments. */
  entries(entries: readonly PickleEntry[], omitted?: number, style?: ": " | "="): void;
}
