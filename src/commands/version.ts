/** `cideldill version` */
import { PROTOCOL_VERSION } from "../protocol/constants.ts";
import { VERSION } from "../protocol/version.ts";
import { defineCommand } from "./command.ts";
import { jsonLine } from "./printable.ts";

export const command = defineCommand(
  {
    name: "version",
    summary: "Show the version",
    options: { json: { kind: "flag", help: "Print JSON" } },
    examples: [["cideldill version --json", "with the version of the protocol and of Bun"]],
  },
  ({ json }, io) => {
    const details = { version: VERSION, protocol_version: PROTOCOL_VERSION, bun: Bun.version };
    io.out.line(json ? jsonLine(details) : `cideldill ${VERSION}`);
    return 0;
  },
);
