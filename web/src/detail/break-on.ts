/** "Pause when this value comes again", from a row of a tree. */
import { useMemo } from "preact/compat";
import { router } from "../router.ts";
import { valueRuleDraft } from "../rules/rule-draft.ts";
import type { RowActions } from "../values/tree-edits.ts";
import type { CallModel } from "./call-model.ts";

export function useBreakOn(call: CallModel): RowActions {
  return useMemo(
    () => ({
      breakOn: ({ root, node }) => {
        if (node.kind !== "value") return;
        const value = [...call.args, call.target, call.result].find((each) => each?.key === root.key);
        const draft = valueRuleDraft(
          value?.cid ?? null,
          root.text.slice(node.span.start, node.span.end),
          node.path.length === 0,
        );
        router.go("breakpoints", { new: JSON.stringify(draft) });
      },
    }),
    [call],
  );
}
