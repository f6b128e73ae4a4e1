/** What few calls have, as the JSON beside their row. */
import { type CallExtra, type CallRecord, type ItemRef, STATUS, type StatusCode } from "./store.ts";

/** Numbers of payloads: `idOf` always has one, `known` only for those that are kept. */
interface Ids {
  idOf(item: ItemRef): number;
  known(cid: string): number | null;
}

/** Null when there is nothing. `isFar`: the parent, if any, cannot be told by a number. */
export function extraOf(record: CallRecord, status: StatusCode, isFar: boolean, ids: Ids): string | null {
  const extra: CallExtra = {};
  if (record.parentCallId !== null && isFar) extra.parent = record.parentCallId;
  if (record.kwargs.size > 0)
    extra.kwargs = Object.fromEntries(
      [...record.kwargs].map(([name, item]) => [name, [ids.idOf(item), item.clientRef]]),
    );
  const refs = refsOf(record);
  if (Object.keys(refs).length > 0) extra.refs = refs;
  const also = (record.also ?? []).flatMap((cid) => ids.known(cid) ?? []);
  if (also.length > 0) extra.also = also;
  if (status === STATUS.other) extra.status = record.status;
  if (Object.keys(record.fields).length > 0) extra.fields = record.fields;
  return Object.keys(extra).length > 0 ? JSON.stringify(extra) : null;
}

/** client_refs that have no place in the row: texts, and those of other values than positional arguments. */
function refsOf({ args, target, result, thrown }: CallRecord): Record<string, number | string> {
  const refs: Record<string, number | string> = {};
  args.forEach(({ clientRef }, index) => {
    if (typeof clientRef === "string") refs[`args[${index}]`] = clientRef;
  });
  for (const [role, item] of Object.entries({ target, result, exception: thrown }))
    if (item?.clientRef != null) refs[role] = item.clientRef;
  return refs;
}
