/** The schema of `Health`. */
import { Type } from "@sinclair/typebox";
import { object, UnixSeconds } from "./fields.ts";

export const Health = object({
  service: Type.Literal("cideldill"),
  version: Type.String(),
  protocol_version: Type.Integer(),
  instance_id: Type.String({ description: "New with every start of a server" }),
  pid: Type.Integer(),
  started_at: UnixSeconds,
});
