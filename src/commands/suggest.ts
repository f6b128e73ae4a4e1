/** Guesses which function was meant. */
import type { FunctionList } from "../protocol/breakpoints.ts";
import { nearest } from "../server/nearest.ts";
import type { RecordApi } from "./record-api.ts";

/** The function a program has that may be meant by a name that none has. */
export async function nearFunction(api: RecordApi, name: string): Promise<string | undefined> {
  const { functions } = await api.get<FunctionList>("/api/functions");
  if (functions.includes(name) || functions.some((known) => known.endsWith(`.${name}`))) return undefined;
  return (
    nearest(name, functions) ?? functions.find((known) => nearest(name, [lastPart(known)]) !== undefined)
  );
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf(".") + 1);
